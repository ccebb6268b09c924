/** The classic page (SH4), at an address of its own and in the console's place while that is out of service. */
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Health } from '#domain/schemas/health.ts'
import type { DurationMs } from '#domain/time.ts'
import { classicPage, STYLE_HASH } from '#agent/classic/page.ts'
import type { Clock } from '#agent/ports/clock.ts'
import { baseOf } from '../base-of.ts'
import { memoised } from '../memo.ts'
import { policyWithStyle } from '../plugins/security-headers.ts'
import type { NavigationDesk } from './navigation.ts'
import type { WorkerDesk } from './worker.ts'

/** On a bad day everybody reloads: the journals are read once for all of them. */
const KEPT_MS: DurationMs = 1_000

export interface ClassicParts {
  readonly readHealth: () => Health
  readonly worker: Pick<WorkerDesk, 'status'>
  readonly navigation: Pick<NavigationDesk, 'read' | 'isEngaged'>
  readonly clock: Clock
}

export type SendClassic = (reply: FastifyReply, url: string) => Promise<FastifyReply>

export function addClassic(app: FastifyInstance, parts: ClassicParts): SendClassic {
  const { readHealth, worker, navigation, clock } = parts
  // What cannot be read is said on the page: the rest of it is still of use.
  const status = memoised(() => worker.status().catch(() => null), { keptMs: KEPT_MS, clock })
  const send: SendClassic = async (reply, url) => {
    const facts = {
      health: readHealth(),
      worker: await status(),
      navigation: navigation.read(),
      now: clock.wallNow(),
    }
    return reply
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      .header('content-security-policy', policyWithStyle(STYLE_HASH))
      .send(classicPage(facts, baseOf(url)))
  }
  app.get('/classic', (request, reply) => send(reply, request.url))
  return send
}
