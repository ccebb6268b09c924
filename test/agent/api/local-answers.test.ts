/** SE7: what is answered over the Unix socket is what the route table describes, and nothing beside it. */
import { request } from 'node:http'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { hashPassword } from '#agent/access/password-hash.ts'
import { statedRoute } from '#agent/api/route-table.ts'
import { buildLocalServer } from '#agent/api/server.ts'
import { systemClock } from '#agent/system/clock.ts'
import { FileProofs, leaveProof } from '#agent/system/file-proof.ts'
import { OperatorGround } from '../operator/place.ts'
import { AccessGround, bareParts, CHEAP } from './agent-parts.ts'

const OWN_UID = process.geteuid?.() ?? 0

let ground: OperatorGround
let accounts: AccessGround
let app: FastifyInstance

beforeEach(async () => {
  ground = new OperatorGround()
  accounts = new AccessGround(systemClock)
  const proofs = new FileProofs(ground.runtimeDir, systemClock)
  await proofs.prepare(null)
  app = buildLocalServer({
    ...bareParts(systemClock),
    access: accounts.open(),
    consoleUrl: () => 'http://127.0.0.1:8787/',
    peers: { proofs, accountName: async () => 'root', barred: () => null },
  })
  await app.listen({ path: join(ground.directory, 'socket') })
})
afterEach(async () => {
  await app.close()
  accounts.remove()
  ground.remove()
})

/** Its data, held against what the route is described to answer. */
async function ask(
  method: 'GET' | 'POST',
  path: string,
  headers: Record<string, string> = {},
  body?: object,
) {
  const { status, text } = await send(method, path, headers, body)
  const route = statedRoute(method, path, 'socket')
  if (route === null || 'leftOut' in route.description) throw new Error(`${path} is not described`)
  const schema = route.description.answers[status]?.content['application/json']
  if (schema === undefined || schema === null)
    throw new Error(`${path} is not described to answer ${status}: ${text}`)
  const validate = new Ajv2020({ strict: false }).compile(z.toJSONSchema(schema, { io: 'output' }))
  const answer = JSON.parse(text) as { data: Record<string, string> }
  validate(answer)
  expect(validate.errors, `${method} ${path}`).toBeNull()
  return answer.data
}

function send(
  method: string,
  path: string,
  headers: Record<string, string>,
  body: object = {},
): Promise<{ status: number; text: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string }>()
  const all = { host: 'localhost', 'content-type': 'application/json', ...headers }
  const socketPath = join(ground.directory, 'socket')
  const asked = request({ socketPath, method, path, headers: all, agent: false }, (response) => {
    let text = ''
    response.on('data', (chunk: Buffer) => (text += chunk.toString()))
    response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
  })
  asked.on('error', reject)
  asked.end(method === 'GET' ? undefined : JSON.stringify(body))
  return promise
}

/** As the command does it: a challenge, a file, the request. */
async function change(name: string, body: object = {}) {
  const { challenge = '' } = await ask('POST', '/admin/api/local/challenge')
  const path = `/admin/api/local/${name}`
  const proved = { method: 'POST', path, idempotencyKey: null, ifMatch: null, body }
  await leaveProof(ground.runtimeDir, challenge, proved, [OWN_UID])
  return ask('POST', path, { 'holdfast-proof': challenge }, body)
}

test('SE7 accounts, tokens and links are answered as described, without what is secret of them', async () => {
  const password = await hashPassword('correct horse', CHEAP)
  await change('accounts/add', { name: 'ops', role: 'operator', password })
  await change('accounts/password', { name: 'ops', password })
  const { id = '' } = await change('tokens/create', { name: 'ci', role: 'viewer', expires_at: null })
  expect(await ask('GET', '/admin/api/local/accounts')).toMatchObject({ accounts: [{ name: 'ops' }] })
  expect(await ask('GET', '/admin/api/local/tokens')).toMatchObject({ tokens: [{ id }] })
  await change('login-link')
  await change('tokens/revoke', { id })
  await change('accounts/remove', { name: 'ops' })
})

test('SH7 a rollback is recorded by whoever has proved an account, and told where to look', async () => {
  expect(await ask('GET', '/admin/api/local/address')).toEqual({ console_url: 'http://127.0.0.1:8787/' })
  const step = { part: 'navigation', name: 'engage', outcome: 'done', took_ms: 12, detail: 'engaged' }
  const report = { parts: ['navigation'], success: true, took_ms: 20, target_ms: 30_000, steps: [step] }
  expect(await change('rollbacks', { ...report, reason: 'blank page' })).toEqual({
    event_id: 'row of made-here',
  })
})

test('MG2 what was done about a release is recorded in the name of the account that is proved', async () => {
  const word = { type: 'gates_run', run_id: 'one', commit: 'c', build_hash: 'b', results: [] }
  expect(await change('release', word)).toMatchObject({
    recorded: true,
    event_id: 'row of made-here',
    by: 'local:root',
  })
})
