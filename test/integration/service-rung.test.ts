/**
 * The service rung with a real watchdog and a real gunicorn, where no systemd is needed: a program in the place of
 * systemctl that really stops and starts the service.
 */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { awaitEnd } from '#agent/operator/request-restart.ts'
import { systemdServices } from '#agent/system/service-manager.ts'
import { runWatchdog, type RunningWatchdog } from '#agent/watchdog/run-watchdog.ts'
import { publishRestart } from '../support/operator.ts'
import { HAS_GUNICORN } from './support/gunicorn.ts'
import { isAlive } from './support/processes.ts'
import { waitFor } from './support/wait.ts'
import { Watched } from './support/watched.ts'

const UNIT = 'holdfast-target.service'
const OVERRIDE = { acknowledged: true, reason: 'a test', passes: [] }

describe.skipIf(!HAS_GUNICORN)('the service rung', () => {
  let target: Watched
  let watchdog: RunningWatchdog
  beforeEach(async () => {
    target = new Watched()
    await target.startTarget()
  })
  afterEach(async () => {
    await watchdog.stop('the test is over')
    await target.close()
  })

  async function watchWith(restart: string): Promise<void> {
    const systemctl = join(target.directory, 'systemctl')
    writeFileSync(systemctl, fakeSystemctl(target, restart))
    chmodSync(systemctl, 0o755)
    const service = systemdServices({ unit: UNIT, systemctl, booted: target.directory })
    watchdog = await runWatchdog(target.settings(), service)
    await target.event('watchdog_started')
  }

  async function ask() {
    const { contract } = target.settings().contract
    const id = await publishRestart(contract, { rung: 'service', override: OVERRIDE })
    return awaitEnd(contract.paths, id, () => undefined)
  }

  test('WD16 ends with a new master and new workers, verified, and is nobody else’s restart', async () => {
    const [master, workers] = [target.masterPid, target.workers]
    await watchWith('stop; start')
    expect(await ask()).toMatchObject({ kind: 'verified' })
    expect(isAlive(master)).toBe(false)
    expect(target.masterPid).not.toBe(master)
    expect(target.workers).toHaveLength(2)
    expect(workers.some((pid) => isAlive(pid))).toBe(false)
    expect(target.hups).toBe(0)
    const asked = readFileSync(join(target.directory, 'asked'), 'utf8').split('\n')
    expect(asked.filter((line) => line.startsWith('restart'))).toEqual([
      `restart --no-block --no-ask-password -- ${UNIT}`,
    ])
    const types = (await target.rows()).map(({ event }) => event.type)
    expect(types).toEqual(['watchdog_started', 'request_claimed', 'intent', 'outcome'])
    // Published after the row that the waiting command hears of.
    const last = () => target.stateFile().last_restart
    await waitFor('the state file', () => last()?.decision_reason === 'service_restarted')
  })

  test('WD10 a service that does not come back ends the attempt, which counts', async () => {
    await watchWith('stop; touch failed')
    expect(await ask()).toMatchObject({
      kind: 'failed',
      reason: 'restart_timeout',
      detail: 'systemd says that the service has failed to start',
    })
    // The outcome is told first, the state file replaced right after it.
    await waitFor('the state file', () => target.stateFile().last_restart !== null)
    expect(target.stateFile().last_restart).toMatchObject({ decision: 'manual_override', success: false })
  })

  test('WD16 a refusal is no attempt, and nothing happens', async () => {
    const master = target.masterPid
    await watchWith('echo "Failed to restart the unit: Access denied" >&2; exit 4')
    expect(await ask()).toMatchObject({ kind: 'refused', reasons: ['rung_unavailable'] })
    expect(target.masterPid).toBe(master)
    expect(await target.events('outcome')).toMatchObject([{ signalled: false }])
  })
})

/** Answers `show` from what is there; `restart` does what it is told, after it has answered where that takes long. */
function fakeSystemctl({ directory, pidFile, targetCommand }: Watched, restart: string): string {
  return `#!/bin/sh
cd ${directory}
echo "$*" >> asked
stop() { pid=$(cat ${pidFile}); kill "$pid"; while kill -0 "$pid" 2>/dev/null; do sleep 0.02; done; }
start() { PYTHONDONTWRITEBYTECODE=1 setsid ${targetCommand.join(' ')} > service.log 2>&1 & }
case "$1" in
  show)
    echo LoadState=loaded
    if [ -e failed ]; then echo ActiveState=failed; else echo ActiveState=active; fi
    echo "MainPID=$(cat ${pidFile} 2>/dev/null || echo 0)"
    ;;
  restart)
    ${restart}
    ;;
esac
`
}
