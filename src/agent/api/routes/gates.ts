/** The release gates (MG6): read by everybody who has signed in, recorded by the host's commands alone. */
import type { FastifyInstance } from 'fastify'
import type { RestartAsk } from '#domain/journal/events.ts'
import type { ReleaseWord } from '#domain/release/release-word.ts'
import type { GatesView, ReleaseRecorded } from '#domain/schemas/gates-api.ts'
import type { Clock } from '#agent/ports/clock.ts'
import { bodyOf } from '../body-of.ts'
import { RELEASE_WORD } from '../descriptions/gates.ts'
import { envelope } from '../envelope.ts'
import { keyOf } from '../key-of.ts'
import { localActorOf, type LocalPeers } from '../plugins/local-peer.ts'

export interface ReleaseDesk {
  read(): Promise<GatesView>
  record(word: ReleaseWord, by: { requestId: string; actor: RestartAsk['actor'] }): Promise<ReleaseRecorded>
}

export interface GatesRouteParts {
  releases: ReleaseDesk
  clock: Clock
}

export function addGates(app: FastifyInstance, { releases, clock }: GatesRouteParts): void {
  app.get('/admin/api/gates', async (_request, reply) =>
    reply.header('cache-control', 'no-store').send(envelope(await releases.read(), clock.wallNow())),
  )
}

export function addReleaseWords(
  app: FastifyInstance,
  { releases, clock, peers, newId }: GatesRouteParts & { peers: LocalPeers; newId: () => string },
): void {
  app.post('/admin/api/local/release', async (request, reply) => {
    const [word, actor] = [bodyOf(request, RELEASE_WORD), await localActorOf(request, peers)]
    const recorded = await releases.record(word, { requestId: keyOf(request) ?? newId(), actor })
    return reply.header('cache-control', 'no-store').send(envelope(recorded, clock.wallNow()))
  })
}
