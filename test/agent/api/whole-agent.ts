/**
 * A running agent as its routes see it: the real desks, journals, accounts and health over real sockets, beside a target
 * and a watchdog that are only told of. What is behind the routes is what ships, so that what they answer is, too.
 */
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { AccessDesk } from '#agent/access/access-desk.ts'
import { hashPassword } from '#agent/access/password-hash.ts'
import { LiveReaders } from '#agent/live/live-readers.ts'
import { TrustedProxy } from '#agent/access/trusted-proxy.ts'
import { AuditReader } from '#agent/audit/audit-reader.ts'
import { buildServer } from '#agent/api/server.ts'
import type { Desk } from '#agent/operator/desk.ts'
import { CHECKOUT, SHIPPED_CONTRACT } from '#agent/places.ts'
import { sightPlace } from '#agent/release/sight-release.ts'
import { bundleMaker } from '#agent/serve/bundle-maker.ts'
import { ContractView } from '#agent/serve/contract-view.ts'
import { deepHealthView } from '#agent/serve/deep-health.ts'
import { healthReader } from '#agent/serve/health-reader.ts'
import { watchHistory } from '#agent/serve/history-watch.ts'
import { logView } from '#agent/serve/log-view.ts'
import { metricsView } from '#agent/serve/metrics-view.ts'
import { navigationDesk, switchDirectories } from '#agent/serve/navigation-desk.ts'
import { releaseDesk } from '#agent/serve/release-desk.ts'
import { systemView } from '#agent/serve/system-view.ts'
import { workerDesk } from '#agent/serve/worker-desk.ts'
import { configViewOf } from '#agent/settings/config-view.ts'
import { loadSettings } from '#agent/settings/settings.ts'
import { RawStore } from '#agent/store/raw-store.ts'
import { restartReader } from '#agent/store/restart-lists.ts'
import type { Clock } from '#agent/ports/clock.ts'
import { systemClock } from '#agent/system/clock.ts'
import { openFlagPublisher } from '#agent/system/flag-directory.ts'
import { bootId } from '#agent/system/proc-stat.ts'
import { startTicks } from '#agent/system/processes.ts'
import { replaceFile } from '#agent/system/replace-file.ts'
import type { CheckDocument } from '#domain/schemas/contract-api.ts'
import type { Role } from '#domain/access/roles.ts'
import { ProbeTally } from '#domain/exposition/probe-tally.ts'
import type { ProbeOutcome } from '#domain/health/probe-outcome.ts'
import { drifted, notChecked } from '#domain/contract/check-item.ts'
import { policyConfigOf } from '#domain/policy/config.ts'
import type { TargetHealth } from '#domain/schemas/health.ts'
import { memoryOnly } from '../memory-only.ts'
import { OperatorGround } from '../operator/place.ts'
import { BY, CHEAP, LIMITS } from './agent-parts.ts'

export const PASSWORD = 'correct horse battery'

export const TARGET_HEALTH: TargetHealth = {
  status: 'degraded',
  services: { database: 'connected', pricing: 'circuit open' },
  degraded_reason: 'pool_saturated',
  circuit_breaker: { state: 'OPEN', failure_count: 7, failure_rate: 0.7, retry_after_seconds: 12 },
  database_pool: {
    runtime: { max_capacity: 20, pool_timeout_seconds: 30 },
    state: { checked_out: 19, max_capacity: 20, saturation: 0.95 },
  },
  route_cache: { l1_hits: 10, l2_hits: 4, misses: 1 },
  system_memory: { workers_rss_bytes: 300_000_000, worker_count: 4 },
  warnings: ['pool nearly exhausted'],
  errors: [],
}

const FOUND: CheckDocument = {
  contract_version: '2026.11.1',
  items: [
    notChecked({ scope: 'running', what: 'processes', source: '/proc', against: 'a contract' }, 'a test'),
    drifted(
      { scope: 'holdfast-target.service', what: 'User=', source: '/etc/x:2', against: 'a contract' },
      { expected: 'holdfast', found: 'root', mend: 'sed -i 2d /etc/x' },
    ),
  ],
}

export interface WholeAgent {
  readonly port: number
  readonly app: FastifyInstance
  readonly access: AccessDesk
  readonly ground: OperatorGround
  readonly store: RawStore
  /** How often open tabs would have been told at once that the kill switch was changed. */
  readonly switched: number
  readonly logged: readonly string[]
  /** What the target is taken to have answered. */
  outcome: ProbeOutcome
  /** For a script of this role. */
  readonly tokens: Readonly<Record<Role, string>>
  stop(): Promise<void>
}

interface WholeAgentOptions {
  /** Of what it tells of the target; sessions and files have the system's. */
  readonly clock?: Clock
  /** The built console; left out: one that is none. */
  readonly consoleDirectory?: string
}

/** `admin` may sign in with PASSWORD. */
export async function startWholeAgent({
  clock = systemClock,
  consoleDirectory,
}: WholeAgentOptions = {}): Promise<WholeAgent> {
  const ground = new OperatorGround()
  const desk = await ground.openDesk()
  const settings = settingsOf(ground)
  const { contract } = settings.contract
  const startedAt = clock.wallNow()
  const history = await watchHistory(contract.paths)
  const store = new RawStore({
    epoch: '0000abcd',
    startedAt: startedAt - 60_000,
    readRestarts: restartReader(() => history.latest()),
  })
  fill(store, startedAt)
  const held: Pick<WholeAgent, 'outcome'> & { logged: string[]; switched: number } = {
    switched: 0,
    outcome: answered(startedAt),
    logged: [],
  }
  const values = settings.config.values
  const probe = { latest: () => ({ outcome: held.outcome, since: null }) }
  const parts = { values, contract, contractValid: true, probe, history, boot: bootId(), clock }
  const reader = healthReader(parts)
  const system = systemView({
    contract,
    healthUrl: 'http://127.0.0.1:8000/health',
    startedAt,
    clock,
    datagrams: { port: 8125, droppedByKernel: () => null } as never,
    counters: () => COUNTERS,
    scrape: { status: () => ({ scrapes: 3, failures: { timeout: 1 }, last_failure: null }) } as never,
    processes: { readPidFile: async () => ({ kind: 'missing' }), sight: async () => null } as never,
  })
  const samples = memoryOnly(store)
  const archive = () => ({ writtenTo: startedAt, failing: false })
  const { access, tokens } = await openAccess(ground, desk)
  const checked = new ContractView({ settings, check: async () => FOUND, clock })
  const app = await buildServer({
    store,
    samples,
    clock,
    readHealth: () => reader.latest().health,
    isWatchdogRunning: async () => false,
    system,
    releases: releaseDesk({ ...sightPlace(settings, CHECKOUT), desk, clock }),
    deepHealth: deepHealthView({ settings, reader, system, archive }),
    config: () => configViewOf(settings),
    logs: logView({ settings, ofUnit: async () => null }),
    metrics: metricsView({
      reader,
      system,
      contract,
      driftFindings: () => checked.findings(),
      probes: new ProbeTally(values['pool.warning']),
      archive,
    }),
    audit: new AuditReader({ stateDir: ground.stateDir, policy: policyConfigOf(values), clock }),
    bundle: bundleMaker({ settings, samples, reader, system }),
    worker: workerDesk({
      desk,
      publisher: openFlagPublisher(ground.flag),
      reader,
      contract,
      drift: (rung) => checked.driftOf(rung),
      clock,
    }),
    contract: checked,
    navigation: navigationDesk({
      desk,
      directories: switchDirectories(contract),
      clock,
      history,
      targetMs: 30_000,
      changed: () => (held.switched += 1),
    }),
    newId: () => crypto.randomUUID(),
    log: (sentence) => held.logged.push(sentence),
    access,
    live: new LiveReaders('0000abcd'),
    proxy: new TrustedProxy(null),
    publicOrigins: [],
    consoleDirectory: consoleDirectory ?? consoleIn(ground),
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  let written = signOfLife(ground)
  await written
  const watchdog = setInterval(() => (written = signOfLife(ground)), 1000)
  const { port } = app.server.address() as AddressInfo
  const stop = async () => {
    clearInterval(watchdog)
    await written
    const closed = once(app.server, 'close')
    await app.close()
    await closed
    await history.stop()
    await desk.close()
    ground.remove()
  }
  return Object.assign(held, { port, app, access, ground, store, tokens, stop })
}

function settingsOf(ground: OperatorGround) {
  return loadSettings({
    HOLDFAST_STATE_DIR: ground.stateDir,
    HOLDFAST_RUNTIME_DIR: ground.runtimeDir,
    WATCHDOG_RESTART_FLAG: ground.flag,
    HOLDFAST_CONTRACT_FILE: SHIPPED_CONTRACT,
  })
}

function consoleIn({ directory }: OperatorGround): string {
  const path = join(directory, 'console')
  mkdirSync(join(path, 'assets'), { recursive: true })
  writeFileSync(join(path, 'index.html'), '<html><head><script src="./assets/a-1.js"></script></head></html>')
  writeFileSync(join(path, 'assets/a-1.js'), '1')
  return path
}

async function openAccess(ground: OperatorGround, desk: Desk) {
  const access = new AccessDesk({
    stateDir: ground.stateDir,
    desk,
    clock: systemClock,
    limits: LIMITS,
    log: () => {},
  })
  await access.addAccount({ name: 'admin', role: 'admin', password: await hashPassword(PASSWORD, CHEAP) }, BY)
  const tokenOf = async (role: Role) =>
    (await access.createToken({ name: role, role, expires_at: null }, BY)).token
  const tokens = {
    viewer: await tokenOf('viewer'),
    operator: await tokenOf('operator'),
    admin: await tokenOf('admin'),
  }
  return { access, tokens }
}

/** Of a watchdog that is this process. */
async function signOfLife({ runtimeDir }: OperatorGround): Promise<void> {
  const status = {
    pid: process.pid,
    start_ticks: await startTicks(process.pid),
    boot: bootId(),
    at: systemClock.wallNow(),
    state: 'allowed',
    problem: null,
  }
  await replaceFile(join(runtimeDir, 'watchdog.json'), JSON.stringify(status))
}

export function answered(at: number, health: TargetHealth | null = TARGET_HEALTH): ProbeOutcome {
  return { kind: 'answered', health, httpStatus: 200, latencyMs: 3, at }
}

const COUNTERS = {
  datagrams: 300,
  samples: 100,
  malformed: 1,
  oversize: 0,
  foreign: 2,
  unpaired: 0,
  last_sample_at: null,
}

/** A few of each stream. */
function fill(store: RawStore, now: number): void {
  for (let i = 0; i < 20; i += 1) {
    const t = now - 20_000 + i * 1000
    store.addRequest(t, 12.5, i % 7 === 0 ? 503 : 200)
    store.addPool(t, i, 20)
    store.addBreakerState(t, i % 2 === 0 ? 'CLOSED' : 'HALF_OPEN')
    store.addCache(t, { l1Hits: i, l2Hits: 0, misses: 1 })
    store.addProcesses(t, [{ pid: 4242, rssBytes: 1_000_000 }])
    store.addProbe(t, { ok: i % 3 !== 0, latencyMs: 4, reason: i % 3 === 0 ? 'timeout' : 'answered' })
  }
}
