/** A real gunicorn and a real watchdog on files and a port of their own; both ended by pid. */
import { spawn, type ChildProcess } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { JournalEvent, JournalRow } from '#domain/journal/events.ts'
import { WATCHDOG_STATUS_FILE, watchdogStatus, type WatchdogStatus } from '#domain/schemas/watchdog-status.ts'
import type { StateFile } from '#domain/schemas/state-file.ts'
import { errorCode } from '#agent/settings/read-json.ts'
import { loadSettings, type Settings } from '#agent/settings/settings.ts'
import { openSpool } from '#agent/store/spool.ts'
import { openSpooledReader } from '#agent/store/spooled-journal.ts'
import { watchdogJournalPath } from '#agent/store/journal-paths.ts'
import contractInRepository from '../../../deploy/runtime-contract.json' with { type: 'json' }
import { AGENT_PROGRAM } from '../../support/holdfast.ts'
import { freePort } from './demo.ts'
import { Load } from './load.ts'
import { processesMentioning, workersOf, type SeenProcess } from './processes.ts'
import { waitFor } from './wait.ts'

export const HOLDFAST_CONF = join(import.meta.dirname, '../../../deploy/gunicorn/holdfast.conf.py')

/** Answers what `health.json` beside it says, so that a test can make it ill; without the file it is well. */
export const APP = `
import os
FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'health.json')
def app(environ, start_response):
    try:
        with open(FILE) as file:
            body = file.read()
    except OSError:
        body = '{"status": "healthy"}'
    start_response('503 Ill' if '"unhealthy"' in body else '200 OK', [('Content-Type', 'application/json')])
    return [body.encode()]
`

const STAND_IN = join(import.meta.dirname, 'stand-in.py')

interface TargetOptions {
  readonly workers?: number
  /** Further words of gunicorn's command line. */
  readonly args?: readonly string[]
}

type EventOf<T extends JournalEvent['type']> = Extract<JournalEvent, { type: T }>

export class Watched {
  readonly directory = mkdtempSync(join(tmpdir(), 'holdfast-watched-'))
  readonly runtimeDir = join(this.directory, 'run')
  readonly stateDir = join(this.directory, 'state')
  readonly pidFile = join(this.runtimeDir, 'gunicorn.pid')
  readonly flag = join(this.runtimeDir, 'restart.flag')
  readonly #children: ChildProcess[] = []
  #options: Required<TargetOptions> = { workers: 2, args: [] }
  #masterPid: number | null = null
  port = 0
  gunicornLog = ''
  /** When a SIGHUP reached its master, on the monotonic clock, where that one tells: the stand-in does. */
  readonly hupsAtMs: number[] = []
  watchdogLog = ''

  /** Also a later one, in the place of one that has ended. */
  async startTarget(options: TargetOptions = {}): Promise<number> {
    await this.prepare()
    this.#options = { ...this.#options, ...options }
    const boots = () => this.gunicornLog.match(/Booting worker/g)?.length ?? 0
    const before = boots()
    const [program = '', ...args] = this.targetCommand
    this.#spawn(program, args)
    await waitFor('all workers', () => boots() === before + this.#options.workers)
    await settled()
    return this.masterPid
  }

  /** In gunicorn's place, for what is to be measured without gunicorn's own time. */
  async startStandIn(workers = 4): Promise<number> {
    await this.prepare()
    const program = join(this.directory, 'gunicorn')
    copyFileSync(STAND_IN, program)
    const words = ['--pid', this.pidFile, '--bind', String(this.port), '--workers', String(workers)]
    this.#spawn('/usr/bin/python3', [program, ...words])
    await waitFor('the stand-in', () => existsSync(this.pidFile) && this.workers.length === workers)
    await settled()
    return this.masterPid
  }

  startWatchdog(
    env: Record<string, string> = {},
    nodeOptions: readonly string[] = [],
    program = AGENT_PROGRAM,
  ): ChildProcess {
    const child = spawn(process.execPath, [...nodeOptions, program, 'watchdog'], {
      env: {
        PATH: process.env['PATH'],
        NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
        HOLDFAST_CONTRACT_FILE: join(this.directory, 'contract.json'),
        HOLDFAST_PROBE_INTERVAL_S: '0.2',
        ...env,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    child.stderr.on('data', (chunk: Buffer) => (this.watchdogLog += chunk.toString()))
    this.#children.push(child)
    return child
  }

  load(options: { perSecond: number; keepAlive?: boolean }): Load {
    return new Load(this.port, options)
  }

  get targetCommand(): string[] {
    const { workers, args } = this.#options
    const place = ['--pid', this.pidFile, '--bind', `127.0.0.1:${this.port}`]
    return ['/usr/bin/gunicorn', ...place, '--workers', String(workers), ...args, 'service:app']
  }

  /** As the watchdog of this ground reads them. */
  settings(): Settings {
    const env = { HOLDFAST_CONTRACT_FILE: join(this.directory, 'contract.json') }
    return loadSettings({ ...env, HOLDFAST_PROBE_INTERVAL_S: '0.2' }, null)
  }

  /** gunicorn takes its file away for a moment at each reload: until it is there again, it is the one before. */
  get masterPid(): number {
    try {
      this.#masterPid = Number(readFileSync(this.pidFile, 'utf8'))
    } catch (error) {
      if (this.#masterPid === null || errorCode(error) !== 'ENOENT') throw error
    }
    return this.#masterPid
  }

  /** The watchdog's word of itself; null: there is none. */
  get status(): WatchdogStatus | null {
    const file = join(this.runtimeDir, WATCHDOG_STATUS_FILE)
    return existsSync(file) ? watchdogStatus.parse(JSON.parse(readFileSync(file, 'utf8'))) : null
  }

  get workers(): number[] {
    return workersOf(this.masterPid)
  }

  /** Workers that go on serving after their master was killed: they hold its port. */
  async endOrphans(): Promise<void> {
    const isOrphan = ({ commandLine, parentPid }: SeenProcess) =>
      commandLine.includes('service:app') && parentPid !== process.pid
    await waitFor('no orphans', () => {
      const left = processesMentioning(this.directory).filter(isOrphan)
      for (const { pid } of left) killQuietly(pid)
      return left.length === 0
    })
  }

  get hups(): number {
    return this.gunicornLog.match(/Handling signal: hup/g)?.length ?? 0
  }

  writeApp(text: string): void {
    writeFileSync(join(this.directory, 'service.py'), text)
  }

  /** As the target's health endpoint tells it from now on. */
  tellHealth(health: object): void {
    writeFileSync(join(this.directory, 'health.new'), JSON.stringify(health))
    renameSync(join(this.directory, 'health.new'), join(this.directory, 'health.json'))
  }

  raiseFlag(content: object, writtenAt = new Date()): void {
    writeFileSync(`${this.flag}.test`, JSON.stringify(content))
    utimesSync(`${this.flag}.test`, writtenAt, writtenAt)
    renameSync(`${this.flag}.test`, this.flag)
  }

  async rows(): Promise<JournalRow[]> {
    const path = watchdogJournalPath(this.stateDir)
    if (!existsSync(path)) return []
    const { runtimeDir, stateDir } = this
    const reader = openSpooledReader(path, openSpool({ runtimeDir, stateDir, name: 'watchdog' }))
    try {
      return await reader.read(0, 1000)
    } finally {
      await reader.close()
    }
  }

  async events<T extends JournalEvent['type']>(type: T): Promise<EventOf<T>[]> {
    const rows = await this.rows()
    return rows.map(({ event }) => event).filter((event): event is EventOf<T> => event.type === type)
  }

  event<T extends JournalEvent['type']>(type: T, count = 1): Promise<EventOf<T>> {
    return waitFor(
      () => `${count} of ${type}; gunicorn: ${this.gunicornLog}; the watchdog: ${this.watchdogLog}`,
      async () => (await this.events(type))[count - 1],
      { withinMs: 30_000 },
    )
  }

  stateFile(): StateFile {
    return JSON.parse(readFileSync(join(this.stateDir, 'restart-state.json'), 'utf8')) as StateFile
  }

  async close(beforeRemoval: () => void = () => undefined): Promise<void> {
    for (const child of this.#children) child.kill('SIGKILL')
    await waitFor('no process of this ground', () => {
      const left = processesMentioning(this.directory)
      for (const { pid } of left) killQuietly(pid)
      return left.length === 0
    })
    beforeRemoval()
    rmSync(this.directory, { recursive: true, force: true })
  }

  /** What a test adds to the directory afterwards, the target finds at its start. */
  async prepare(): Promise<void> {
    if (this.port !== 0) return
    mkdirSync(this.runtimeDir)
    // It may be there: a disk of its own.
    mkdirSync(this.stateDir, { recursive: true })
    this.port = await freePort()
    this.writeApp(APP)
    writeFileSync(join(this.directory, 'contract.json'), JSON.stringify(this.#contract()))
  }

  #spawn(file: string, args: readonly string[]): void {
    const child = spawn(file, args, {
      cwd: this.directory,
      env: { PATH: '/usr/bin:/bin', PYTHONDONTWRITEBYTECODE: '1' },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    createInterface({ input: child.stderr }).on('line', (line) => {
      const told = /^hup (\d+)$/.exec(line)
      if (told === null) this.gunicornLog += `${line}\n`
      else this.hupsAtMs.push(Number(told[1]) / 1e6)
    })
    this.#children.push(child)
  }

  #contract(): object {
    const shipped = contractInRepository
    return {
      ...shipped,
      $schema: undefined,
      kind: 'demonstration',
      conda: null,
      binaries: { ...shipped.binaries, interpreter: '/usr/bin/python3', gunicorn: '/usr/bin/gunicorn' },
      paths: {
        runtime_dir: this.runtimeDir,
        state_dir: this.stateDir,
        pid_file: this.pidFile,
        restart_flag: this.flag,
        state_file: join(this.stateDir, 'restart-state.json'),
      },
      bind: `127.0.0.1:${this.port}`,
    }
  }
}

/** Younger than that, a master counts as still starting. */
function settled(): Promise<void> {
  return new Promise((done) => setTimeout(done, 1100))
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended by itself.
  }
}
