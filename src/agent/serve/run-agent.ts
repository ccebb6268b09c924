/** The agent: what comes in (datagrams, probes), what is kept, and what is served. */
import { randomBytes, randomUUID } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { AccessDesk, type AccessDeskParts } from '#agent/access/access-desk.ts'
import { ADMIN_PASSWORD, PROXY_SECRET, secretLine } from '#agent/access/secret-file.ts'
import { TrustedProxy } from '#agent/access/trusted-proxy.ts'
import { AuditReader } from '#agent/audit/audit-reader.ts'
import { buildServer } from '#agent/api/server.ts'
import type { ConfigValues } from '#domain/config/fields.ts'
import { ProbeTally } from '#domain/exposition/probe-tally.ts'
import { policyConfigOf } from '#domain/policy/config.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import type { DurationMs } from '#domain/time.ts'
import { startMetricsScrape, type MetricsScrape } from '#agent/intake/metrics-scrape.ts'
import { startProcessSampler } from '#agent/intake/process-sampler.ts'
import { scrapedSeries, type ScrapedSeries } from '#agent/intake/scraped-series.ts'
import { StatsdIntake } from '#agent/intake/statsd-intake.ts'
import { startTargetProbe } from '#agent/intake/target-probe.ts'
import { TrafficTally } from '#agent/intake/traffic-tally.ts'
import { openDesk, type Desk } from '#agent/operator/desk.ts'
import { LiveReaders } from '#agent/live/live-readers.ts'
import { startTellingChanges } from '#agent/live/tell-changes.ts'
import { CHECKOUT, CONSOLE_DIRECTORY } from '#agent/places.ts'
import { sightPlace } from '#agent/release/sight-release.ts'
import type { Clock } from '#agent/ports/clock.ts'
import { configViewOf } from '#agent/settings/config-view.ts'
import type { Settings } from '#agent/settings/settings.ts'
import { RawStore } from '#agent/store/raw-store.ts'
import { restartReader } from '#agent/store/restart-lists.ts'
import { systemClock } from '#agent/system/clock.ts'
import { contractCheckChild } from '#agent/system/contract-check-child.ts'
import { prepareDirectory } from '#agent/system/directories.ts'
import { openFlagPublisher } from '#agent/system/flag-directory.ts'
import { httpProbe, httpScrape } from '#agent/system/http-probe.ts'
import { logLine } from '#agent/system/log.ts'
import { openTargetProcesses } from '#agent/system/target-processes.ts'
import { portTaken } from '#agent/system/tcp-port.ts'
import { bootId } from '#agent/system/proc-stat.ts'
import { openUdp } from '#agent/system/udp.ts'
import { bundleMaker } from './bundle-maker.ts'
import { ContractView } from './contract-view.ts'
import { deepHealthView } from './deep-health.ts'
import { healthReader } from './health-reader.ts'
import { watchHistory } from './history-watch.ts'
import { openLocalAccess } from './local-access.ts'
import { logView } from './log-view.ts'
import { metricsView } from './metrics-view.ts'
import { navigationDesk, settleNavigation, switchDirectories } from './navigation-desk.ts'
import { startPublicState } from './public-state.ts'
import { openRawSamples } from './raw-samples.ts'
import { systemView } from './system-view.ts'
import { releaseDesk } from './release-desk.ts'
import { startTrafficWriter } from './traffic-writer.ts'
import { isWatchdogRunning } from './watchdog-liveness.ts'
import { workerDesk } from './worker-desk.ts'

export interface RunningAgent {
  url: string
  statsdPort: number
  stop(): Promise<void>
}

/** A command that is at the operators' journal is through by then; another agent is not. */
const DESK_WAIT_MS: DurationMs = 5_000
const TAKE_OVER_MS: DurationMs = 2_000

export async function runAgent(settings: Settings): Promise<RunningAgent> {
  const { paths } = settings.contract.contract
  await prepareDirectory(paths.state_dir, 'the state directory')
  await prepareDirectory(paths.runtime_dir, 'the runtime directory')

  // What is open is closed in the opposite order, at a stop as after a start that fails half-way.
  const opened: (() => unknown)[] = []
  const stop = async () => {
    for (const close of opened.toReversed()) await close()
  }
  try {
    return { ...(await openAgent(settings, opened)), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function openAgent(settings: Settings, opened: (() => unknown)[]): Promise<Omit<RunningAgent, 'stop'>> {
  const { values } = settings.config
  const { contract, drift } = settings.contract
  const proxy = trustedProxy(values)
  const clock = systemClock
  const startedAt = clock.wallNow()
  const { state_dir: stateDir, runtime_dir: runtimeDir } = contract.paths
  // First: whoever has it is the one agent of this state directory.
  const desk = await openDesk({ stateDir, runtimeDir }, DESK_WAIT_MS)
  opened.push(() => desk.close())
  const takeOver = setInterval(() => void takeOverWaiting(desk), TAKE_OVER_MS)
  opened.push(() => clearInterval(takeOver))

  const history = await watchHistory(contract.paths)
  opened.push(() => history.stop())
  const epoch = randomBytes(4).toString('hex')
  const store = new RawStore({
    epoch,
    startedAt,
    readRestarts: restartReader(() => history.latest()),
  })
  const raw = await openRawSamples({ store, stateDir, values, clock, startedAt })
  const { samples } = raw
  opened.push(() => raw.stop())
  const traffic = new TrafficTally(clock)
  const trafficWriter = startTrafficWriter({ tally: traffic, runtimeDir, boot: bootId() })
  opened.push(() => trafficWriter.stop())
  const intake = new StatsdIntake({ clock, store, traffic })
  const datagrams = await openUdp(values['statsd.port'])
  opened.push(() => datagrams.close())
  datagrams.onDatagram((datagram) => intake.accept(datagram))

  const healthUrl = values['target.health_url'] ?? `http://${contract.bind}/health`
  const series = scrapedSeries(values)
  const scrape = startScrape(values, { series, clock, store })
  opened.push(() => scrape?.stop())
  const probes = new ProbeTally(values['pool.warning'])
  const probe = startTargetProbe({
    url: healthUrl,
    intervalMs: values['probe.interval_s'] * 1000,
    timeoutMs: values['probe.timeout_s'] * 1000,
    ask: httpProbe,
    clock,
    store,
    scraped: series,
    tally: probes,
  })
  opened.push(() => probe.stop())
  const processes = openTargetProcesses(contract.paths.pid_file)
  opened.push(() => processes.close())
  const sampler = startProcessSampler({ processes, clock, store })
  opened.push(() => sampler.stop())

  const reader = healthReader({
    values,
    contract,
    contractValid: drift.length === 0,
    probe,
    history,
    boot: bootId(),
    clock,
  })
  const reads = {
    store,
    samples,
    clock,
    readHealth: () => reader.latest().health,
    system: systemView({
      contract,
      healthUrl,
      startedAt,
      clock,
      datagrams,
      counters: () => intake.counters(),
      processes,
      scrape,
    }),
    log: (sentence: string) => logLine('error', sentence),
  }
  const checked = new ContractView({
    settings,
    check: contractCheckChild(settings.contract.file),
    clock,
  })
  opened.push(() => checked.stop())
  const metrics = metricsView({
    reader,
    system: reads.system,
    contract,
    driftFindings: () => checked.findings(),
    probes,
    archive: raw.archived,
  })
  const switching = { desk, directories: switchDirectories(contract), clock }
  await settleNavigation(values.navigation, switching, (sentence) => logLine('warning', sentence))
  const targetMs = values['rollback.target_s'] * 1000
  const navigation = navigationDesk({ ...switching, history, targetMs, changed: () => telling.look() })
  const publisher = openFlagPublisher(contract.paths.restart_flag)
  const releases = releaseDesk({ ...sightPlace(settings, CHECKOUT), desk, clock })
  opened.push(() => releases.close())
  const shared = {
    ...reads,
    contract: checked,
    access: await openAccess(values, { stateDir, desk, clock, log: reads.log }),
    worker: workerDesk({
      desk,
      publisher,
      reader,
      contract,
      drift: (rung) => checked.driftOf(rung),
      clock,
    }),
    navigation,
    releases,
    metrics,
    deepHealth: deepHealthView({ settings, reader, system: reads.system, archive: raw.archived }),
    logs: logView({ settings }),
    config: () => configViewOf(settings),
    audit: new AuditReader({ stateDir, policy: policyConfigOf(values), clock }),
    bundle: bundleMaker({ settings, samples, reader, system: reads.system }),
    newId: randomUUID,
  }
  const publicState = startPublicState({ reader, runtimeDir, clock })
  opened.push(() => publicState.stop())
  const live = new LiveReaders(epoch)
  const telling = startTellingChanges(live, {
    reader,
    navigation: () => navigation.read(),
    rawEnd: () => store.end(),
    clock,
  })
  opened.push(() => telling.stop())
  const app = await buildServer({
    ...shared,
    live,
    proxy,
    publicOrigins: values.public_origins,
    consoleDirectory: CONSOLE_DIRECTORY,
    isWatchdogRunning: () => isWatchdogRunning(runtimeDir, clock.wallNow()),
  })
  opened.push(() => app.close())
  await app.listen({ host: values.host, port: values.port }).catch(async (cause: unknown) => {
    throw await listenProblem(cause, values.host, values.port)
  })

  const url = urlOf(values.host, app.server.address() as AddressInfo)
  const local = await openLocalAccess(contract, {
    ...shared,
    consoleUrl: () => url,
    recordRollback: async (event) => (await desk.inTurn(() => desk.record(event))).id,
  })
  opened.push(() => local.close())
  return { url, statsdPort: datagrams.port }
}

async function openAccess(
  values: ConfigValues,
  parts: Pick<AccessDeskParts, 'stateDir' | 'desk' | 'clock' | 'log'>,
): Promise<AccessDesk> {
  const limits = { idleMs: values['session.idle_s'] * 1000, longestMs: values['session.longest_s'] * 1000 }
  const access = new AccessDesk({ ...parts, limits })
  const file = values.admin_password_file
  if (file === null) return access
  const password = secretLine(file, ADMIN_PASSWORD)
  // Without it the others still sign in, and the host's operators have their own way: no reason not to run.
  await access
    .settleAdmin(password, { name: 'agent', ip: null })
    .catch((error: unknown) => parts.log(`the password of admin could not be set: ${String(error)}`))
  return access
}

function trustedProxy(values: ConfigValues): TrustedProxy {
  const { 'proxy.addresses': addresses, 'proxy.secret_file': file } = values
  if (file === null && addresses.length === 0) return new TrustedProxy(null)
  if (file === null || addresses.length === 0) {
    const detail = 'HOLDFAST_PROXY_ADDRESSES, HOLDFAST_PROXY_SECRET_FILE: expected both or neither'
    throw new HoldfastProblem('config_invalid', detail)
  }
  return new TrustedProxy({ addresses, secret: secretLine(file, PROXY_SECRET) })
}

function startScrape(
  values: ConfigValues,
  parts: { series: ScrapedSeries; clock: Clock; store: RawStore },
): MetricsScrape | null {
  const url = values['target.metrics_url']
  if (url === null) return null
  return startMetricsScrape({ ...parts, url, timeoutMs: values['probe.timeout_s'] * 1000, ask: httpScrape })
}

/** What operators said on a full disk waits for room, and not for their next word (WD9). */
async function takeOverWaiting(desk: Desk): Promise<void> {
  try {
    await desk.inTurn(() => desk.takeOverWaiting())
  } catch (error) {
    logLine('warning', 'what operators said on the full disk waits on', { error: String(error) })
  }
}

async function listenProblem(cause: unknown, host: string, port: number): Promise<unknown> {
  if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') return cause
  return portTaken(host, port, cause)
}

function urlOf(host: string, { port }: AddressInfo): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}/`
}
