/** Under a real systemd, in a namespace of its own: what only it can prove. */
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { polkitRule, polkitRuleFile } from '#domain/contract/polkit-rule.ts'
import { JOURNALS } from '#domain/audit/trail.ts'
import { watchdogStatus } from '#domain/schemas/watchdog-status.ts'
import { ROOT } from '../support/holdfast.ts'
import { fillOld } from './support/old-journals.ts'
import { laterBuild } from './support/scratch-host.ts'
import {
  AGENT,
  CHECKOUT,
  RULE,
  ServiceGround,
  TARGET,
  WATCHDOG,
  WATCHDOG_SEC,
} from './support/service-ground.ts'
import { HAS_SYSTEMD_NAMESPACE } from './support/systemd-namespace.ts'
import { waitFor } from './support/wait.ts'

const OPERATIONS = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8')

/** A block of the page, as it is marked there. */
function marked(name: string): string[] {
  const [, block = ''] =
    new RegExp(`<!-- run: ${name} -->\\n\`\`\`sh\\n([\\s\\S]*?)\`\`\``).exec(OPERATIONS) ?? []
  return block.trim().split('\n')
}

const OVERRIDE = ['--override', '--acknowledge', '--reason', 'a test', '--json']
const SERVICE = ['restart', '--rung', 'service', ...OVERRIDE]

describe.runIf(HAS_SYSTEMD_NAMESPACE)('under a real systemd', () => {
  let ground: ServiceGround
  beforeAll(async () => {
    ground = await ServiceGround.prepare()
    await ground.startAll()
  })
  afterAll(() => ground?.stop())

  test('SD3 the watchdog as a unit becomes READY, says its STATUS, and is watched', () => {
    const { systemd } = ground
    expect(systemd.property(WATCHDOG, 'ActiveState')).toBe('active')
    expect(systemd.property(WATCHDOG, 'StatusText')).toBe('watching')
    expect(systemd.property(WATCHDOG, 'WatchdogUSec')).toBe(`${WATCHDOG_SEC}s`)
  })

  test('SD3 started together, the target is ready first, then the watchdog, then the agent', () => {
    const readyAt = [TARGET, WATCHDOG, AGENT].map((unit) =>
      Number(ground.systemd.property(unit, 'ActiveEnterTimestampMonotonic')),
    )
    expect(readyAt[0]).toBeGreaterThan(0)
    expect(readyAt).toEqual([...readyAt].sort((a, b) => a - b))
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
    systemd.must('rm', RULE)
    await ground.startBus()
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

  test('SD2 systemd finds nothing to say of any unit as it is installed', () => {
    const { systemd, contract } = ground
    const files = Object.values(contract.units).map((unit) => `/etc/systemd/system/${unit}`)
    const { code, stdout, stderr } = systemd.run('systemd-analyze', 'verify', ...files)
    expect([code, stdout, stderr]).toEqual([0, '', ''])
  })

  test('RC3 of the running system the strict check finds nothing', () => {
    const { code, stdout } = ground.check()
    expect(stdout).toContain('no finding that counts here')
    expect(code).toBe(0)
  })

  const MORE = `/etc/systemd/system/${AGENT}.d/more.conf`
  test.each<readonly [string, string, (systemd: ServiceGround['systemd']) => void]>([
    ['a drop-in that was added', AGENT, (systemd) => systemd.writeFile(MORE, '[Service]\nNice=1\n')],
    ['a drop-in that was edited', AGENT, (systemd) => systemd.writeFile(MORE, '[Service]\nNice=2\n')],
    ['a drop-in that was taken away', AGENT, (systemd) => systemd.must('rm', MORE)],
    [
      'a unit that was edited',
      TARGET,
      (systemd) => systemd.must('sed', '-i', '1i # edited', `/etc/systemd/system/${TARGET}`),
    ],
    [
      'a unit that was put back',
      TARGET,
      (systemd) => systemd.must('sed', '-i', '1d', `/etc/systemd/system/${TARGET}`),
    ],
  ])('RC3 %s and not loaded again is found, and its mend mends it', (_, unit, change) => {
    const { systemd } = ground
    change(systemd)
    const { code, stdout } = ground.check()
    expect(stdout).toContain(`DRIFT: ${unit}: as systemd loaded it`)
    expect(stdout).toMatch(/^1 finding; /m)
    expect(code).toBe(4)
    const [, mend = ''] = /^  mend +(.*)$/m.exec(stdout) ?? []
    systemd.must('sh', '-c', mend)
    expect(ground.check().stdout).toContain('no finding that counts here')
  })

  test('SD2 from inside the sandbox the state can be written and the code cannot, not even by root', () => {
    const inside = (command: string) =>
      ground.systemd.run(
        'nsenter',
        '-t',
        String(ground.systemd.mainPid(AGENT)),
        '--mount',
        'sh',
        '-c',
        command,
      )
    expect(inside('touch /var/lib/holdfast/proof && rm /var/lib/holdfast/proof').code).toBe(0)
    for (const place of ['/opt/holdfast/current', '/etc/holdfast', '/usr']) {
      const { code, stderr } = inside(`touch ${place}/proof`)
      expect(stderr).toContain('Read-only file system')
      expect(code).toBe(1)
    }
  })

  test.each([
    ['by ExecStartPre', '', 'control process'],
    ['by the program itself, where a drop-in takes ExecStartPre away', 'ExecStartPre=\n', '4'],
  ])('RC5 on drift the agent is not started, %s, and the target serves on', async (_, more, how) => {
    const { systemd } = ground
    const dropIn = `/etc/systemd/system/${AGENT}.d/drift.conf`
    const master = systemd.mainPid(TARGET)
    systemd.writeFile(dropIn, `[Service]\n${more}User=root\nRestart=no\n`)
    systemd.must('systemctl', 'daemon-reload')
    systemd.run('systemctl', 'restart', AGENT)
    await waitFor('it has failed', () => systemd.property(AGENT, 'ActiveState') === 'failed')
    if (how === '4') expect(systemd.property(AGENT, 'ExecMainStatus')).toBe('4')
    else expect(systemd.property(AGENT, 'ExecMainPID')).toBe('0')
    expect(systemd.journal(AGENT)).toContain(`sed -i '${more === '' ? 2 : 3},`)
    expect(systemd.run('ls', `${ground.contract.paths.runtime_dir}/agent.sock`).code).not.toBe(0)
    expect(systemd.mainPid(TARGET)).toBe(master)
    systemd.must('rm', dropIn)
    systemd.must('systemctl', 'daemon-reload')
    systemd.must('systemctl', 'start', AGENT)
  })

  test('SD4 an upgrade restarts watchdog and agent, keeps target and history; then the way back', async () => {
    const { systemd } = ground
    const build = mkdtempSync(join(tmpdir(), 'holdfast-later-'))
    laterBuild(build, '2027.01.1', '/srv/checkout/node_modules')
    cpSync(build, systemd.path('/srv/later'), { recursive: true, verbatimSymlinks: true })
    rmSync(build, { recursive: true })
    const pids = () => [TARGET, WATCHDOG, AGENT].map((unit) => systemd.mainPid(unit))
    const release = () => systemd.must('readlink', '-f', '/opt/holdfast/current').trim()
    const runsIn = (pid = 0) => systemd.must('readlink', `/proc/${pid}/cwd`).trim()
    const history = () => ground.events('outcome').length
    const [first, before, attempts] = [release(), pids(), history()]
    expect(attempts).toBeGreaterThan(0)

    const said = ground.install('/opt/holdfast/current', '--release', '/srv/later')
    expect(said).toContain(`done    systemctl try-restart ${WATCHDOG} ${AGENT}`)
    const [target, watchdog, agent] = pids()
    expect(target).toBe(before[0])
    expect([watchdog, agent].filter((pid) => pid === 0 || before.includes(pid ?? 0))).toEqual([])
    expect(release()).not.toBe(first)
    expect([runsIn(watchdog), runsIn(agent)]).toEqual([release(), release()])
    // The one thing that is left: the target was started by the earlier contract, and nobody restarts it unasked.
    const { stdout } = ground.check()
    expect(stdout).toMatch(/^DRIFT: RUNTIME_CONTRACT_VERSION \(running\)$/m)
    expect(stdout).toMatch(/^1 finding; /m)
    expect(said).toContain('The target runs as it was started')
    expect(history()).toBe(attempts)
    // What a next schema does to a store (expand first), for the release before it to read and to write.
    ground.expandStores()

    ground.install('/opt/holdfast/current', '--release', first)
    expect(release()).toBe(first)
    expect(runsIn(systemd.mainPid(AGENT))).toBe(first)
    expect(systemd.mainPid(TARGET)).toBe(before[0])
    expect(ground.check().code).toBe(0)
    expect(history()).toBe(attempts)
    // Its guard, latched before by so many restarts, is latched still; and what was rolled back does its work.
    expect(ground.holdfast('restart', '--json').stdout).toContain('manual_override_required')
    expect(ground.holdfast('restart', ...OVERRIDE).stdout).toContain('verified')
    expect(history()).toBe(attempts + 1)
    expect(ground.holdfast('audit', 'verify').code).toBe(0)
  })

  test('SD4 back-up and restore, as the page has them: the history is as it was, and the target has served on', () => {
    const target = ground.systemd.mainPid(TARGET)
    const seen = () => ground.events('outcome').length
    const before = seen()
    expect(ground.typed(marked('back-up'))).toMatchObject({ code: 0 })
    expect(ground.holdfast('restart', ...OVERRIDE).stdout).toContain('verified')
    expect(seen()).toBe(before + 1)
    expect(ground.typed(marked('restore'))).toMatchObject({ code: 0 })
    expect(seen()).toBe(before)
    expect(ground.systemd.mainPid(TARGET)).toBe(target)
    expect(ground.check().stdout).toContain('no finding that counts here')
    expect(ground.holdfast('restart', ...OVERRIDE).stdout).toContain('verified')
  })

  test('SD5 each command of the page’s health check is good', async () => {
    const [, table = ''] = /^### Health check\n([\s\S]*?)^### /m.exec(OPERATIONS) ?? []
    const commands = [...table.matchAll(/^\| `([^`]+)`/gm)].map(([, command = '']) => command)
    expect(commands).toHaveLength(5)
    for (const command of commands) {
      await waitFor(
        () => `${command}: ${JSON.stringify(ground.typed([command]))}`,
        () => ground.typed([command]).code === 0,
      )
    }
  })

  test('RC3 where the link was moved by hand, what runs from before is reported, with its restart', () => {
    const { systemd } = ground
    const first = systemd.must('readlink', '/opt/holdfast/current').trim()
    const other = systemd
      .must('ls', '/opt/holdfast/releases')
      .split('\n')
      .find((name) => name !== '' && !first.endsWith(name))
    systemd.must('ln', '-sfn', `releases/${other}`, '/opt/holdfast/current')
    const { code, stdout } = ground.check()
    systemd.must('ln', '-sfn', first, '/opt/holdfast/current')
    expect(code).toBe(4)
    for (const unit of [WATCHDOG, AGENT]) {
      expect(stdout).toContain(`${unit}: release`)
      expect(stdout).toContain(`systemctl restart ${unit}`)
    }
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
    const { prune } = contract.units
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

  test('SD1 the layout project, from a checkout: the same three run, nothing has drifted, and a restart is verified', async () => {
    const { systemd } = ground
    ground.replaceByProject()
    const target = await ground.startAll()
    for (const unit of [WATCHDOG, AGENT]) {
      expect(systemd.must('readlink', `/proc/${systemd.mainPid(unit)}/cwd`).trim()).toBe(CHECKOUT)
    }
    const { code, stdout } = ground.check()
    expect(stdout).toContain('no finding that counts here')
    expect(code).toBe(0)
    const files = Object.values(ground.contract.units).map((unit) => `/etc/systemd/system/${unit}`)
    const verified = systemd.run('systemd-analyze', 'verify', ...files)
    expect([verified.code, verified.stdout, verified.stderr]).toEqual([0, '', ''])
    expect(ground.holdfast('restart', ...OVERRIDE).stdout).toContain('verified')
    expect(systemd.mainPid(TARGET)).toBe(target)
  })
})
