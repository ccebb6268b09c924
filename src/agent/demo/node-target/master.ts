/** The Node target's master: for machines without gunicorn, with the same signals, files and telemetry. */
import cluster from 'node:cluster'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { invariant } from '#domain/invariant.ts'
import { systemClock } from '#agent/system/clock.ts'
import { replaceFileInPlace } from '#agent/system/replace-file.ts'
import { Crew } from './crew.ts'
import { databasePath, seedDatabase } from './database.ts'
import { SharedState } from './shared-state.ts'
import { Statsd } from './statsd.ts'
import { GRACE_MS } from './wire.ts'
import { parseTargetArguments, type TargetArguments } from './target-arguments.ts'

const BREAKER_OPEN_SECONDS = 30

function log(line: string): void {
  const at = new Date(systemClock.wallNow()).toISOString().replace('T', ' ').replace(/\..*/, ' +0000')
  process.stderr.write(`[${at}] [${process.pid}] [INFO] ${line}\n`)
}

function claimPidFile(path: string): void {
  replaceFileInPlace(path, `${process.pid}\n`)
  process.on('exit', () => {
    // Somebody else's by now, perhaps: only our own is removed.
    if (isOurs(path)) rmSync(path, { force: true })
  })
}

function isOurs(pidFile: string): boolean {
  try {
    return readFileSync(pidFile, 'utf8').trim() === String(process.pid)
  } catch {
    return false
  }
}

/** As a worker would load it, with the faults of the moment: where a worker dies at boot, this does. */
async function check({ printConfig }: TargetArguments): Promise<void> {
  if (printConfig) {
    process.stdout.write(`graceful_timeout = ${GRACE_MS / 1000}\npreload_app      = False\n`)
  }
  await import('./worker-code.ts')
}

async function run(): Promise<void> {
  const args = parseTargetArguments(process.argv.slice(2))
  if (args.checkConfig) return check(args)
  const dataDir = process.env['HOLDFAST_DEMO_DATA_DIR']
  invariant(dataDir !== undefined, 'the target is told where its data directory is')
  seedDatabase(databasePath(dataDir))

  const openSeconds = Number(process.env['HOLDFAST_DEMO_BREAKER_OPEN_SECONDS'] ?? BREAKER_OPEN_SECONDS)
  // Each worker accepts for itself, as gunicorn's do: a master that hands out connections loses, without a
  // word to the client, those that were on the way to a worker that died.
  cluster.schedulingPolicy = cluster.SCHED_NONE
  cluster.setupPrimary({
    exec: join(import.meta.dirname, 'main.ts'),
    args: process.argv.slice(2),
    execArgv: [],
  })
  const metrics = await Statsd.open(args.statsd)
  const crew = new Crew({
    shared: new SharedState(systemClock, openSeconds),
    workers: args.workers,
    log,
    onCount: (count) => metrics.workers(count),
  })
  const stop = () => void crew.stop().then(() => process.exit(0))
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  process.on('SIGQUIT', stop)
  process.on('SIGHUP', () => {
    replaceFileInPlace(args.pidFile, `${process.pid}\n`) // as gunicorn does, and by which others see a reload
    crew.reload()
  })
  process.on('SIGTTIN', () => crew.changeBy(1))
  process.on('SIGTTOU', () => crew.changeBy(-1))
  // gunicorn reopens its logs here; Node would open a debugger's port.
  process.on('SIGUSR1', () => {})
  claimPidFile(args.pidFile)
  log(`Listening at: http://${args.bind.host}:${args.bind.port} (${process.pid})`)
  crew.fill()
}

await run()
