/** A target and a watchdog as units of a real systemd, both as an ordinary user, sandboxed as they are shipped. */
import { watchdogService } from '#domain/contract/service-units.ts'
import type { JournalEvent, JournalRow } from '#domain/journal/events.ts'
import type { RuntimeContract } from '#domain/schemas/runtime-contract.ts'
import { watchdogJournalPath } from '#agent/store/journal-paths.ts'
import contractInRepository from '../../../deploy/runtime-contract.json' with { type: 'json' }
import { freePort } from './demo.ts'
import { SystemdNamespace, type Said } from './systemd-namespace.ts'
import { waitFor } from './wait.ts'
import { APP } from './watched.ts'

export const TARGET = 'holdfast-target.service'
export const WATCHDOG = 'holdfast-watchdog.service'
const USER = 'www-data'
const APP_DIRECTORY = '/run/app'
const CONTRACT_FILE = '/run/holdfast-contract.json'
const NODE = '/opt/holdfast/current/node_modules/.bin/node'
const CLI = '/opt/holdfast/current/build/agent/holdfast.js'
export const WATCHDOG_SEC = 3

const NODE_EVAL = ['env', '--chdir=/opt/holdfast/current', NODE, '--input-type=module-typescript', '--eval']
const READ = `
  import { openJournalReader } from '#agent/store/sqlite-journal.ts'
  process.stdout.write(JSON.stringify(await openJournalReader(process.argv.at(-1)).read(0, 1000)))
`

type EventOf<T extends JournalEvent['type']> = Extract<JournalEvent, { type: T }>

export class ServiceGround {
  readonly systemd: SystemdNamespace
  readonly contract: RuntimeContract

  private constructor(systemd: SystemdNamespace, port: number) {
    this.systemd = systemd
    this.contract = {
      ...(contractInRepository as RuntimeContract),
      conda: null,
      binaries: {
        interpreter: '/usr/bin/python3',
        gunicorn: '/usr/bin/gunicorn',
        node: NODE,
      },
      bind: `127.0.0.1:${port}`,
      user: USER,
      group: USER,
    }
  }

  static async prepare(): Promise<ServiceGround> {
    const ground = new ServiceGround(await SystemdNamespace.start(), await freePort())
    const { systemd, contract } = ground
    systemd.writeFile(`${APP_DIRECTORY}/service.py`, APP)
    systemd.writeFile(CONTRACT_FILE, JSON.stringify(contract))
    systemd.writeUnit(TARGET, targetUnit(contract))
    systemd.writeFile(`/etc/systemd/system/${WATCHDOG}.d/test.conf`, WATCHDOG_DROP_IN)
    systemd.writeUnit(WATCHDOG, watchdogService(contract))
    return ground
  }

  async startTarget(): Promise<number> {
    this.systemd.must('systemctl', 'start', TARGET)
    const pid = this.systemd.mainPid(TARGET)
    await waitFor('two workers', () => this.workers.length === 2)
    // Younger than that, a master counts as still starting.
    await new Promise((done) => setTimeout(done, 1100))
    return pid
  }

  /** `Type=notify`: it comes back when the watchdog has said READY. */
  startWatchdog(): void {
    this.systemd.must('systemctl', 'start', WATCHDOG)
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
    return this.asUser('env', `HOLDFAST_CONTRACT_FILE=${CONTRACT_FILE}`, NODE, CLI, ...words)
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
      `${count} of ${type}; the watchdog: ${this.systemd.journal(WATCHDOG)}`,
      () => this.events(type)[count - 1],
      { withinMs: 30_000 },
    )
  }

  stop(): Promise<void> {
    return this.systemd.stop()
  }
}

function targetUnit({ paths, bind }: RuntimeContract): string {
  return `[Service]
Type=notify
User=${USER}
Group=${USER}
RuntimeDirectory=holdfast
RuntimeDirectoryPreserve=yes
WorkingDirectory=${APP_DIRECTORY}
Environment=PYTHONDONTWRITEBYTECODE=1
ExecStart=/usr/bin/gunicorn --pid ${paths.pid_file} --bind ${bind} --workers 2 service:app
KillMode=mixed
`
}

/**
 * Over the unit as it is shipped: another contract, which is no conda environment's and stands elsewhere than in the
 * release, and a quicker pace.
 */
const WATCHDOG_DROP_IN = `[Service]
ExecStartPre=
Environment=HOLDFAST_CONTRACT_FILE=${CONTRACT_FILE} HOLDFAST_PROBE_INTERVAL_S=0.2
Environment=WORKER_RESTART_COOLDOWN=0 HOLDFAST_TRIGGER_TARGET_FAILING_LOOKS=0
WatchdogSec=${WATCHDOG_SEC}
RestartSec=100ms
`
