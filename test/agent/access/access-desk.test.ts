/** SE1, SE2: who gets in, for how long, and what is told of it. */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ADMIN_PASSWORD, secretLine } from '#agent/access/secret-file.ts'
import type { AccessDesk } from '#agent/access/access-desk.ts'
import { hashPassword, PasswordCheck } from '#agent/access/password-hash.ts'
import { RefusalPace } from '#agent/access/refusal-pace.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import { AccessGround, BY, CHEAP, LIMITS } from '../api/agent-parts.ts'
import { ManualClock } from '../manual-clock.ts'

const PASSWORD = 'correct horse battery'
const ADDRESS = '127.0.0.1'

let clock: ManualClock
let ground: AccessGround
let access: AccessDesk

beforeEach(async () => {
  clock = new ManualClock()
  ground = new AccessGround(clock)
  access = ground.open()
  await ground.addAccount(access, 'ops', 'operator', PASSWORD)
})
afterEach(() => ground.remove())

const signIn = (password = PASSWORD, username = 'ops') =>
  access.signIn({ username, password, address: ADDRESS })

async function problemOf(act: Promise<unknown>): Promise<HoldfastProblem> {
  const error: unknown = await act.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(HoldfastProblem)
  return error as HoldfastProblem
}

test('SE1 accounts outlive the agent, in a file for its owner alone that holds no password', async () => {
  const file = join(ground.stateDir, 'access.json')
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(readFileSync(file, 'utf8')).not.toContain(PASSWORD)
  access = ground.open()
  expect((await signIn()).session.identity).toEqual({ name: 'user:ops', shown: 'ops', role: 'operator' })
})

test('SE1 a wrong password and an unknown account are refused in the same words', async () => {
  const [wrong, unknown] = [await problemOf(signIn('wrong')), await problemOf(signIn(PASSWORD, 'nobody'))]
  expect(wrong.code).toBe('sign_in_refused')
  expect([unknown.code, unknown.detail]).toEqual([wrong.code, wrong.detail])
  expect(ground.said.slice(1)).toMatchObject([
    { type: 'sign_in_refused', actor: { name: 'user:ops', ip: ADDRESS }, reason: 'wrong_password' },
    { type: 'sign_in_refused', actor: { name: 'unknown', ip: ADDRESS }, reason: 'account_unknown' },
  ])
})

test('SE1 an unknown account costs the same work as a wrong password', async () => {
  const fits = vi.spyOn(PasswordCheck.prototype, 'fits')
  await access.setPassword({ name: 'ops', password: await hashPassword(PASSWORD) }, BY)
  await problemOf(signIn('wrong'))
  await problemOf(signIn('wrong', 'nobody'))
  const work = fits.mock.calls.map(([, { n, r, p, salt, key }]) => [n, r, p, salt.length, key.length])
  expect(work).toHaveLength(2)
  expect(work[1]).toEqual(work[0])
  fits.mockRestore()
})

test('AU5 what was typed as a name of no account is not recorded: it may be a password', async () => {
  await problemOf(signIn('ops', 'correct-horse-typed-as-name'))
  expect(JSON.stringify(ground.said)).not.toContain('correct-horse')
})

test('SE1 wrong passwords slow the account down, and never lock it', async () => {
  for (let i = 0; i < 5; i++) expect((await problemOf(signIn('wrong'))).code).toBe('sign_in_refused')
  const slowed = await problemOf(signIn())
  expect([slowed.code, slowed.retryAfterMs]).toEqual(['sign_in_slowed', 1000])
  clock.pass(1000)
  expect((await signIn()).session.identity.name).toBe('user:ops')
  expect((await problemOf(signIn('wrong'))).code).toBe('sign_in_refused')
})

test('SE1 what is asked while it is slowed is not looked at, and makes the wait no longer', async () => {
  for (let i = 0; i < 6; i++) {
    clock.pass(1000)
    await problemOf(signIn('wrong'))
  }
  expect((await problemOf(signIn())).retryAfterMs).toBe(2000)
  clock.pass(1500)
  expect((await problemOf(signIn('wrong'))).retryAfterMs).toBe(500)
  expect(ground.said.filter(({ type }) => type === 'sign_in_refused')).toHaveLength(6)
})

test('SE1 one address does not slow the account down for another', async () => {
  for (let i = 0; i < 5; i++) await problemOf(signIn('wrong'))
  const elsewhere = await access.signIn({ username: 'ops', password: PASSWORD, address: '10.0.0.4' })
  expect(elsewhere.session.identity.name).toBe('user:ops')
})

test('SE1 an address that tries one account after the other is slowed down as a whole', async () => {
  for (let i = 0; i < 20; i++) {
    expect((await problemOf(signIn('wrong', `name-${i}`))).code).toBe('sign_in_refused')
  }
  expect((await problemOf(signIn())).code).toBe('sign_in_slowed')
  const elsewhere = await access.signIn({ username: 'ops', password: PASSWORD, address: '10.0.0.4' })
  expect(elsewhere.session.identity.name).toBe('user:ops')
  clock.pass(1000)
  expect((await signIn()).session.identity.name).toBe('user:ops')
})

test('SE1 many at once wait for their turn, and those beyond are told to come back', async () => {
  const tries = Array.from({ length: 12 }, (_, i) => signIn(PASSWORD, `nobody-${i}`))
  const codes = (await Promise.all(tries.map(problemOf))).map(({ code }) => code)
  expect(codes.filter((code) => code === 'sign_in_busy')).toHaveLength(4)
})

test('AU1 refused sign-ins beyond a handful share rows, and each row tells how many it stands for', () => {
  const pace = new RefusalPace(clock)
  for (let i = 0; i < 10; i++) expect(pace.next()).toEqual({ unrecorded: 0 })
  for (let i = 0; i < 7; i++) expect(pace.next()).toBeNull()
  clock.pass(10_000)
  expect(pace.next()).toEqual({ unrecorded: 7 })
  expect(pace.next()).toBeNull()
})

test.each([
  ['idle', LIMITS.idleMs, 1],
  ['too long', LIMITS.idleMs - 1, Math.ceil(LIMITS.longestMs / (LIMITS.idleMs - 1))],
])('SE1 a session ends when it was %s', async (_, pauseMs, pauses) => {
  const { secret } = await signIn()
  for (let i = 1; i < pauses; i++) {
    clock.pass(pauseMs)
    expect(access.session(secret)).not.toBeNull()
  }
  clock.pass(pauseMs)
  expect(access.session(secret)).toBeNull()
})

test('SE1 a wall clock that is set back lengthens no session', async () => {
  const { secret } = await signIn()
  clock.pass(LIMITS.idleMs)
  clock.setWallBy(-LIMITS.idleMs)
  expect(access.session(secret)).toBeNull()
})

test.each([
  [
    'another password',
    async () => access.setPassword({ name: 'ops', password: await hashPassword('another one', CHEAP) }, BY),
  ],
  ['removal', () => access.removeAccount('ops', BY)],
])('SE1 %s ends the sessions of the account, and of no other', async (_, act) => {
  await ground.addAccount(access, 'other', 'viewer', PASSWORD)
  const [own, others] = [await signIn(), await signIn(PASSWORD, 'other')]
  await act()
  expect(access.session(own.secret)).toBeNull()
  expect(access.session(others.secret)).not.toBeNull()
  expect((await problemOf(signIn())).code).toBe('sign_in_refused')
})

test('SE1 a password that was changed while the old one was looked at lets nobody in', async () => {
  const changed = Promise.withResolvers<undefined>()
  access = ground.open(() => changed.promise)
  const changing = access.setPassword({ name: 'ops', password: await hashPassword('another', CHEAP) }, BY)
  const entering = problemOf(signIn())
  await vi.waitUntil(() => ground.turns === 2)
  changed.resolve(undefined)
  await changing
  expect((await entering).code).toBe('sign_in_refused')
})

test('SE1 an account has at most ten sessions: the one seen longest ago makes room', async () => {
  const sessions: string[] = []
  for (let i = 0; i < 11; i++) {
    sessions.push((await signIn()).secret)
    clock.pass(1000)
  }
  expect(sessions.map((secret) => access.session(secret) !== null)).toEqual([false, ...Array(10).fill(true)])
})

test('SE2 a link lets in once, as an administrator, under the name of who made it', async () => {
  const { secret } = await access.makeLink(BY)
  const { session } = await access.redeemLink(secret, ADDRESS)
  expect(session.identity).toEqual({ name: 'link:root', shown: 'root (link)', role: 'admin' })
  expect((await problemOf(access.redeemLink(secret, ADDRESS))).code).toBe('sign_in_link_invalid')
  expect(ground.said.slice(1)).toMatchObject([
    { type: 'sign_in_link_made', actor: BY },
    { type: 'signed_in', way: 'link', role: 'admin' },
    { type: 'sign_in_refused', reason: 'link_not_valid' },
  ])
})

test('SE2 after 15 minutes a link lets nobody in', async () => {
  const { secret } = await access.makeLink(BY)
  clock.pass(15 * 60_000 + 1)
  expect((await problemOf(access.redeemLink(secret, ADDRESS))).code).toBe('sign_in_link_invalid')
})

test('SE1 a token is shown once, kept as a hash, and good until it is revoked or over', async () => {
  const until = clock.wallNow() + 60_000
  const { token, id } = await access.createToken({ name: 'ci', role: 'viewer', expires_at: until }, BY)
  const kept = await access.createToken({ name: 'backup', role: 'operator', expires_at: null }, BY)
  expect(readFileSync(join(ground.stateDir, 'access.json'), 'utf8')).not.toContain(token)
  expect(JSON.stringify(ground.said)).not.toContain(token)
  access = ground.open()
  expect(access.tokenHolder(token)?.identity).toMatchObject({ name: 'token:ci', role: 'viewer' })
  expect(access.tokenHolder(`${token}x`)).toBeNull()
  clock.pass(60_000)
  expect(access.tokenHolder(token)).toBeNull()
  await access.revokeToken(kept.id, BY)
  expect(access.tokenHolder(kept.token)).toBeNull()
  expect((await problemOf(access.revokeToken(kept.id, BY))).code).toBe('token_unknown')
  expect(access.tokens().map((one) => one.id)).toEqual([id])
})

test('AU2 what cannot be recorded is not done', async () => {
  access = ground.open(() => Promise.reject(new HoldfastProblem('state_unwritable', 'no room')))
  const before = readFileSync(join(ground.stateDir, 'access.json'), 'utf8')
  expect((await problemOf(access.removeAccount('ops', BY))).code).toBe('state_unwritable')
  expect((await problemOf(signIn('wrong'))).code).toBe('sign_in_refused')
  expect((await problemOf(signIn())).code).toBe('state_unwritable')
  expect(readFileSync(join(ground.stateDir, 'access.json'), 'utf8')).toBe(before)
})

test.each([
  ['torn', '{ "format": "holdfast.access/1", "acc'],
  [
    'of another form',
    '{ "format": "holdfast.access/1", "accounts": [{ "name": "ops", "role": "root" }], "tokens": [] }',
  ],
])('BI1 a file that is %s lets nobody in, is told of, and is not written over', async (_, text) => {
  const file = join(ground.stateDir, 'access.json')
  writeFileSync(file, text)
  access = ground.open()
  expect(ground.logged.join()).toContain('access.json')
  expect((await problemOf(signIn())).code).toBe('accounts_unreadable')
  await expect(ground.addAccount(access, 'new', 'viewer', PASSWORD)).rejects.toThrow(/cannot be read/)
  expect(readFileSync(file, 'utf8')).toBe(text)
})

test('SE1 the password that an installation brings along is set at start, and again only when it has changed', async () => {
  const file = join(ground.stateDir, 'password')
  writeFileSync(file, 'brought along\n')
  const agent = { name: 'agent', ip: null }
  await access.settleAdmin(secretLine(file, ADMIN_PASSWORD), agent)
  const { secret, session } = await signIn('brought along', 'admin')
  expect(session.identity.role).toBe('admin')
  await access.settleAdmin(secretLine(file, ADMIN_PASSWORD), agent)
  expect(access.session(secret)).not.toBeNull()
  writeFileSync(file, 'another one\n')
  await access.settleAdmin(secretLine(file, ADMIN_PASSWORD), agent)
  expect(access.session(secret)).toBeNull()
  expect(ground.said.filter(({ type }) => type === 'account_changed')).toHaveLength(3)
})

test.each([
  ['nothing', ''],
  ['two lines', 'one\ntwo\n'],
  ['too much', 'x'.repeat(300)],
])('BI1 a password file with %s names the variable, and not what it holds', async (_, text) => {
  const file = join(ground.stateDir, 'password')
  writeFileSync(file, text)
  const { code, detail } = await problemOf(Promise.resolve().then(() => secretLine(file, ADMIN_PASSWORD)))
  expect(code).toBe('config_invalid')
  expect(detail).toMatch(/^HOLDFAST_ADMIN_PASSWORD_FILE: .*: expected one line/)
  expect(existsSync(file)).toBe(true)
})
