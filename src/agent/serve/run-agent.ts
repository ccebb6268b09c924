/** The agent: what comes in (datagrams, probes), what is kept, and what is served. */
import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import type { AddressInfo } from 'node:net'
import { buildServer } from '#agent/api/server.ts'
import { StatsdIntake } from '#agent/intake/statsd-intake.ts'
import { startTargetProbe } from '#agent/intake/target-probe.ts'
import type { Settings } from '#agent/settings/settings.ts'
import { RawStore } from '#agent/store/raw-store.ts'
import { systemClock } from '#agent/system/clock.ts'
import { prepareDirectory } from '#agent/system/directories.ts'
import { httpProbe } from '#agent/system/http-probe.ts'
import { logLine } from '#agent/system/log.ts'
import { portTaken } from '#agent/system/tcp-port.ts'
import { bootId } from '#agent/system/proc-stat.ts'
import { openUdp } from '#agent/system/udp.ts'
import { healthReader } from './health-reader.ts'
import { watchHistory } from './history-watch.ts'
import { systemView } from './system-view.ts'

const CONSOLE_DIRECTORY = fileURLToPath(new URL('../../../dist/', import.meta.url))

export interface RunningAgent {
  url: string
  statsdPort: number
  stop(): Promise<void>
}

export async function runAgent({ config, contract: loaded }: Settings): Promise<RunningAgent> {
  const { values } = config
  const { contract } = loaded
  await prepareDirectory(contract.paths.state_dir, 'the state directory')

  const clock = systemClock
  const startedAt = clock.wallNow()
  const store = new RawStore({ epoch: randomBytes(4).toString('hex'), startedAt })
  const intake = new StatsdIntake({ clock, store })
  const datagrams = await openUdp(values['statsd.port'])
  datagrams.onDatagram((datagram) => intake.accept(datagram))

  const healthUrl = values['target.health_url'] ?? `http://${contract.bind}/health`
  const probe = startTargetProbe({
    url: healthUrl,
    intervalMs: values['probe.interval_s'] * 1000,
    timeoutMs: values['probe.timeout_s'] * 1000,
    ask: httpProbe,
    clock,
    store,
  })
  const history = await watchHistory(contract.paths)
  const app = await buildServer({
    store,
    clock,
    readHealth: healthReader({
      values,
      contract,
      contractValid: loaded.drift.length === 0,
      probe,
      history,
      boot: bootId(),
      clock,
    }),
    system: systemView({
      contract,
      healthUrl,
      startedAt,
      clock,
      statsdPort: datagrams.port,
      counters: () => intake.counters(),
    }),
    publicOrigins: values.public_origins,
    consoleDirectory: CONSOLE_DIRECTORY,
    log: (sentence) => logLine('error', sentence),
  })
  const stop = async () => {
    probe.stop()
    history.stop()
    await Promise.all([app.close(), datagrams.close()])
  }
  try {
    await app.listen({ host: values.host, port: values.port })
  } catch (cause) {
    await stop()
    throw await listenProblem(cause, values.host, values.port)
  }
  return { url: urlOf(values.host, app.server.address() as AddressInfo), statsdPort: datagrams.port, stop }
}

async function listenProblem(cause: unknown, host: string, port: number): Promise<unknown> {
  if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') return cause
  return portTaken(host, port, cause)
}

function urlOf(host: string, { port }: AddressInfo): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}/`
}
