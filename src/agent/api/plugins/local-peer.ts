/**
 * Who asks over the Unix socket (SE7, ADR 0010). Reading needs no more than to have got in; a change needs the
 * proof of an account, bound to exactly this request.
 */
import type { FastifyRequest } from 'fastify'
import type { RestartAsk } from '#domain/journal/events.ts'
import { PROOF_HEADER } from '#domain/local-proof.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import type { PeerProofs } from '#agent/ports/peer-proofs.ts'
import { headerOf } from '../header-of.ts'

type Actor = RestartAsk['actor']

export interface LocalPeers {
  proofs: PeerProofs
  accountName: (uid: number) => Promise<string>
  /** Accounts that got in and are no operator's, with the reason. */
  barred: (uid: number) => string | null
}

export async function localActorOf(request: FastifyRequest, peers: LocalPeers): Promise<Actor> {
  const challenge = headerOf(request, PROOF_HEADER)
  if (challenge === null) throw unproved(`the header ${PROOF_HEADER} is not there`)
  const reading = await peers.proofs.read(challenge, {
    method: request.method,
    path: request.url,
    idempotencyKey: headerOf(request, 'idempotency-key'),
    ifMatch: headerOf(request, 'if-match'),
    body: request.body ?? null,
  })
  if (reading.kind === 'refused') throw unproved(reading.why)
  const why = peers.barred(reading.uid)
  if (why !== null) throw new HoldfastProblem('peer_not_permitted', why)
  return { name: `local:${await peers.accountName(reading.uid)}`, ip: null }
}

function unproved(why: string): HoldfastProblem {
  return new HoldfastProblem('peer_not_proved', why)
}
