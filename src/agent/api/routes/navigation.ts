/** The kill switch (SH3), for console and scripts over TCP, and for the command over the socket. */
import type { FastifyInstance } from 'fastify'
import { switchableRoute, type Releaser } from '#domain/navigation/kill-switch.ts'
import type { RouteId } from '#domain/navigation/manifest.ts'
import type { RestartAsk } from '#domain/journal/events.ts'
import type { TabWord } from '#domain/navigation/presence.ts'
import type { NavigationChanged, NavigationReport, NavigationView } from '#domain/schemas/navigation-api.ts'
import { bodyOf } from '../body-of.ts'
import { NAVIGATION_CHANGE } from '../descriptions/navigation.ts'
import { envelope } from '../envelope.ts'
import { keyOf } from '../key-of.ts'
import type { WorkerRouteParts } from './worker.ts'

export interface NavigationDesk {
  read(): NavigationView
  /** With who has left, and how the last rollback went. */
  report(): NavigationReport
  isEngaged(): boolean
  /** What a tab says of itself; in which session, null: nobody has signed in there. */
  heard(word: TabWord, holder: string | null): void
  change(asked: {
    requestId: string
    actor: RestartAsk['actor']
    engaged: boolean
    route: RouteId | null
    reason: string
    releaser: Releaser
  }): Promise<NavigationChanged>
}

export type NavigationRouteParts = Pick<WorkerRouteParts, 'clock' | 'actorOf' | 'newId'> & {
  navigation: NavigationDesk
  /** On whose behalf this server changes it. */
  releaser: Releaser
}

export function addNavigation(app: FastifyInstance, parts: NavigationRouteParts): void {
  const { clock, navigation, actorOf, newId, releaser } = parts
  app.get('/admin/api/navigation', async (_request, reply) =>
    reply.header('cache-control', 'no-store').send(envelope(navigation.report(), clock.wallNow())),
  )
  app.put('/admin/api/navigation', async (request, reply) => {
    // A name that is no route's got no further than the schema.
    const { engaged, route, reason } = bodyOf(request, NAVIGATION_CHANGE)
    const wish = { engaged, route: switchableRoute(route ?? ''), reason, releaser }
    const actor = await actorOf(request)
    const done = await navigation.change({ requestId: keyOf(request) ?? newId(), actor, ...wish })
    return reply.header('cache-control', 'no-store').send(envelope(done, clock.wallNow()))
  })
}
