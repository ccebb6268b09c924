/** Under a real systemd, in a namespace of its own: what only it can prove. */
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { polkitRule, polkitRuleFile } from '#domain/contract/polkit-rule.ts'
import { JOURNALS } from '#domain/audit/trail.ts'
import { pruneService, pruneTimer } from '#domain/contract/prune-units.ts'
import { watchdogStatus } from '#domain/schemas/watchdog-status.ts'
import { fillOld } from './support/old-journals.ts'
import { ServiceGround, TARGET, WATCHDOG, WATCHDOG_SEC } from './support/service-ground.ts'
import { HAS_SYSTEMD_NAMESPACE } from './support/systemd-namespace.ts'
import { waitFor } from './support/wait.ts'

const RULE = `/etc/polkit-1/rules.d/${polkitRuleFile.split('/').at(-1)}`
const OVERRIDE = ['--override', '--acknowledge', '--reason', 'a test', '--json']
const SERVICE = ['restart', '--rung', 'service', ...OVERRIDE]

describe.runIf(HAS_SYSTEMD_NAMESPACE)('under a real systemd', () => {
  let ground: ServiceGround
  beforeAll(async () => {
    ground = await ServiceGround.prepare()
    await ground.startTarget()
    ground.startWatchdog()
  })
  afterAll(() => ground?.stop())

  test('SD3 the watchdog as a unit becomes READY, says its STATUS, and is watched', () => {
    const { systemd } = ground
    expect(systemd.property(WATCHDOG, 'ActiveState')).toBe('active')
    expect(systemd.property(WATCHDOG, 'StatusText')).toBe('watching')
    expect(systemd.property(WATCHDOG, 'WatchdogUSec')).toBe(`${WATCHDOG_SEC}s`)
  })

  test('WD8 it verifies and reloads the master from inside its sandbox', async () => {
    const master = ground.systemd.mainPid(TARGET)
    const old = ground.workers
    const { code, stdout } = ground.holdfast('restart', '--json')
    expect(stdout).toContain('verified')
    expect(code).toBe(0)
    expect(ground.systemd.mainPid(TARGET)).toBe(master)
    expect(ground.workers.filter((pid) => old.includes(pid))).toEqual([])
    expect(ground.events('external_restart')).toEqual([])
  })

  test('WD16 without the polkit rule the service rung is refused, without any act, and shown as unavailable', async () => {
    const { systemd } = ground
    systemd.must('systemctl', 'start', 'dbus.socket', 'dbus.service', 'polkit.service')
    const master = systemd.mainPid(TARGET)
    const { code, stdout } = ground.holdfast(...SERVICE)
    const answer = JSON.parse(stdout) as { reasons: object[]; detail: string }
    expect(answer).toMatchObject({ outcome: 'refused', reasons: [{ code: 'rung_unavailable' }] })
    expect(answer.detail).toContain(polkitRuleFile)
    expect(code).toBe(3)
    expect(systemd.mainPid(TARGET)).toBe(master)
    const shown = await waitFor('the ladder as shown', () => {
      const path = systemd.path(`${ground.contract.paths.runtime_dir}/watchdog.json`)
      const { rungs = [] } = watchdogStatus.parse(JSON.parse(readFileSync(path, 'utf8')))
      return rungs.find(({ rung, because }) => rung === 'service' && because.includes(polkitRuleFile))
    })
    expect(shown.offered).toBe(false)
  })

  test('WD16 with the rule it is one restart by systemd: a new master, verified, and nobody else’s', async () => {
    const { systemd } = ground
    systemd.writeFile(RULE, polkitRule(ground.contract))
    const master = systemd.mainPid(TARGET)
    const answer = await waitFor('polkit has read the rule', () => {
      const { stdout } = ground.holdfast(...SERVICE)
      return !stdout.includes('rung_unavailable') && stdout
    })
    expect(JSON.parse(answer)).toMatchObject({ outcome: 'verified' })
    expect(systemd.mainPid(TARGET)).not.toBe(master)
    expect(ground.workers).toHaveLength(2)
    expect(ground.events('outcome').at(-1)).toMatchObject({ reason: 'service_restarted' })
    expect(ground.events('external_restart')).toEqual([])
  })

  test.each([
    ['another verb', 'stop', TARGET],
    ['another unit', 'restart', WATCHDOG],
  ])('WD16 the rule permits nothing else: %s is denied', (_, verb, unit) => {
    const before = ground.systemd.mainPid(unit)
    const { code, stderr } = ground.asUser('systemctl', '--no-ask-password', verb, unit)
    expect(code).not.toBe(0)
    expect(stderr).toContain('authentication required')
    expect(ground.systemd.mainPid(unit)).toBe(before)
  })

  test('WD9 killed while systemd restarts the service: one attempt with one outcome, and nobody else’s', async () => {
    const { systemd } = ground
    const begun = ground.events('intent').length
    // Ill, so that it is not verified at once and the watchdog waits.
    ground.tellHealth({ status: 'unhealthy' })
    ground.holdfast(...SERVICE, '--no-wait')
    await ground.event('intent', begun + 1)
    systemd.must('kill', '-KILL', String(systemd.mainPid(WATCHDOG)))
    await ground.event('outcome', begun + 1)
    ground.tellHealth({ status: 'healthy' })
    await waitFor('the service is back', () => ground.workers.length === 2)
    const [intent, outcome] = [ground.events('intent'), ground.events('outcome')].map((all) => all.at(-1))
    expect(intent).toMatchObject({ ask: { rung: 'service' } })
    expect(outcome).toMatchObject({ attempt_id: intent?.attempt_id, signalled: true })
    expect(ground.events('intent')).toHaveLength(begun + 1)
    expect(ground.events('outcome')).toHaveLength(begun + 1)
    expect(ground.events('external_restart')).toEqual([])
  })

  test('SD3 one that hangs is replaced by systemd', async () => {
    const { systemd } = ground
    const hung = systemd.mainPid(WATCHDOG)
    const restarts = Number(systemd.property(WATCHDOG, 'NRestarts'))
    systemd.must('kill', '-STOP', String(hung))
    await waitFor('another one', () => ![0, hung].includes(systemd.mainPid(WATCHDOG)), {
      withinMs: 30_000,
      everyMs: 200,
    })
    await waitFor('it is READY', () => systemd.property(WATCHDOG, 'ActiveState') === 'active')
    expect(Number(systemd.property(WATCHDOG, 'NRestarts'))).toBeGreaterThan(restarts)
    expect(systemd.journal(WATCHDOG)).toContain('Watchdog timeout')
  })

  test('AU3 the units of retention are sound, and prune from inside their sandbox', async () => {
    const { systemd, contract } = ground
    const { prune, prune_timer: timer } = contract.units
    const [service, file] = [`/etc/systemd/system/${prune}`, `/etc/systemd/system/${timer}`]
    systemd.writeUnit(prune, pruneService(contract))
    systemd.writeUnit(timer, pruneTimer(contract))
    systemd.must('systemd-analyze', 'verify', service, file)
    systemd.must('systemd-analyze', 'security', '--offline=true', '--threshold=20', service)

    systemd.must('systemctl', 'stop', WATCHDOG)
    const filled = mkdtempSync(join(tmpdir(), 'holdfast-filled-'))
    await fillOld(filled)
    const stateDir = contract.paths.state_dir
    for (const name of JOURNALS) {
      systemd.run('rm', '-f', ...['', '-wal', '-shm'].map((suffix) => `${stateDir}/${name}.journal${suffix}`))
    }
    cpSync(filled, systemd.path(stateDir), { recursive: true })
    rmSync(filled, { recursive: true })
    systemd.must('chown', '-R', `${contract.user}:`, stateDir)
    systemd.must('systemctl', 'start', prune)
    expect(systemd.property(prune, 'Result')).toBe('success')
    expect(systemd.journal(prune)).toMatch(/watchdog\.journal: \d{3,} rows pruned, \d+ rows kept/)
    expect(systemd.journal(prune)).toContain('"action":"pruned"')
    const { code, stdout } = ground.holdfast('audit', 'verify')
    expect(stdout).toContain('(holdfast prune)')
    expect(code).toBe(0)
  })
})
