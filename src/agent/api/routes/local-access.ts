/** Who may sign in, as an operator of this host says it over the Unix socket (SE7): accounts, tokens, and a link. */
import type { FastifyInstance, FastifyReply } from 'fastify'
import { LINK_FRAGMENT } from '#domain/access/sign-in-link.ts'
import type { Account } from '#domain/schemas/access-file.ts'
import type { AccessDesk } from '#agent/access/access-desk.ts'
import type { Clock } from '#agent/ports/clock.ts'
import { bodyOf } from '../body-of.ts'
import {
  ACCOUNT_ADD,
  ACCOUNT_PASSWORD,
  ACCOUNT_REMOVE,
  TOKEN_CREATE,
  TOKEN_REVOKE,
} from '../descriptions/local-access.ts'
import { envelope } from '../envelope.ts'
import { localActorOf, type LocalPeers } from '../plugins/local-peer.ts'

export interface LocalAccessRouteParts {
  access: AccessDesk
  peers: LocalPeers
  clock: Clock
  /** Where a browser reaches the console. */
  consoleUrl: () => string
}

export function addLocalAccessRoutes(
  app: FastifyInstance,
  { access, peers, clock, consoleUrl }: LocalAccessRouteParts,
): void {
  const answer = (reply: FastifyReply, data: object) =>
    reply.header('cache-control', 'no-store').send(envelope(data, clock.wallNow()))
  const changed = (reply: FastifyReply, by: string) => answer(reply, { changed: true, by })

  app.post('/admin/api/local/challenge', async (_request, reply) => {
    const challenge = await peers.proofs.issue()
    return answer(reply, { challenge, expires_in_ms: peers.proofs.lifeMs })
  })

  app.get('/admin/api/local/accounts', async (_request, reply) => {
    return answer(reply, { accounts: access.accounts().map(publicAccount) })
  })

  app.post('/admin/api/local/accounts/add', async (request, reply) => {
    const [body, actor] = [bodyOf(request, ACCOUNT_ADD), await localActorOf(request, peers)]
    await access.addAccount(body, actor)
    return changed(reply, actor.name)
  })

  app.post('/admin/api/local/accounts/password', async (request, reply) => {
    const [body, actor] = [bodyOf(request, ACCOUNT_PASSWORD), await localActorOf(request, peers)]
    await access.setPassword(body, actor)
    return changed(reply, actor.name)
  })

  app.post('/admin/api/local/accounts/remove', async (request, reply) => {
    const [{ name }, actor] = [bodyOf(request, ACCOUNT_REMOVE), await localActorOf(request, peers)]
    await access.removeAccount(name, actor)
    return changed(reply, actor.name)
  })

  app.get('/admin/api/local/tokens', async (_request, reply) => answer(reply, { tokens: access.tokens() }))

  app.post('/admin/api/local/tokens/create', async (request, reply) => {
    const [body, actor] = [bodyOf(request, TOKEN_CREATE), await localActorOf(request, peers)]
    return answer(reply, await access.createToken(body, actor))
  })

  app.post('/admin/api/local/tokens/revoke', async (request, reply) => {
    const [{ id }, actor] = [bodyOf(request, TOKEN_REVOKE), await localActorOf(request, peers)]
    await access.revokeToken(id, actor)
    return changed(reply, actor.name)
  })

  app.post('/admin/api/local/login-link', async (request, reply) => {
    const actor = await localActorOf(request, peers)
    const { secret, endsAt } = await access.makeLink(actor)
    return answer(reply, {
      fragment: `${LINK_FRAGMENT}=${secret}`,
      ends_at: endsAt,
      console_url: consoleUrl(),
    })
  })
}

/** Without the hash. */
export function publicAccount({ name, role, created_at, password_set_at }: Account) {
  return { name, role, created_at, password_set_at }
}
