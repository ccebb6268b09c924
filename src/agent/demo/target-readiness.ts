/** Is the port free before, and does the target answer after? A pid file proves neither. */
import { get } from 'node:http'
import { createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { HoldfastProblem } from '#domain/problems.ts'
import type { Clock } from '#agent/ports/clock.ts'
import type { HostPort } from './arguments.ts'

const READY_LIMIT_MS = 20_000
const LOOK_EVERY_MS = 40
const ANSWER_LIMIT_MS = 1_000

/** Otherwise a stranger on that port would be taken for the target. */
export async function demandFreePort({ host, port }: HostPort): Promise<void> {
  const server = createServer()
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ host, port, exclusive: true }, resolve)
    })
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    throw new HoldfastProblem(
      code === 'EADDRINUSE' ? 'port_taken' : 'target_start_failed',
      `The target's address ${host}:${port} cannot be used (${code}).`,
      { cause },
    )
  }
  await new Promise<void>((resolve) => server.close(() => resolve()))
}

export type Readiness = { kind: 'ready' } | { kind: 'ended'; how: string } | { kind: 'too-slow' }

export async function waitUntilReady(
  address: HostPort,
  exited: Promise<string>,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<Readiness> {
  let ended: string | null = null
  void exited.then((how) => (ended = how))
  const startedMs = clock.monotonicNow()
  while (clock.monotonicNow() - startedMs < READY_LIMIT_MS) {
    signal.throwIfAborted()
    if (ended !== null) return { kind: 'ended', how: ended }
    if (await answersHealth(address)) return { kind: 'ready' }
    await delay(LOOK_EVERY_MS)
  }
  return { kind: 'too-slow' }
}

function answersHealth({ host, port }: HostPort): Promise<boolean> {
  return new Promise((resolve) => {
    const sent = get({ host, port, path: '/health', agent: false, timeout: ANSWER_LIMIT_MS }, (response) => {
      response.resume()
      resolve(response.statusCode === 200)
    })
    sent.on('timeout', () => sent.destroy())
    sent.on('error', () => resolve(false))
  })
}
