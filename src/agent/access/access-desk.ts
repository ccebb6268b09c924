/**
 * Who may use the admin API over the network (SE1, SE2, ADR 0018): accounts with their sessions, tokens for scripts, and
 * links that let in once. Each change is a row of the operators' journal before it is done: a row that tells of a
 * change which then failed is the lesser evil, compared with a change that nobody recorded.
 */
import { randomBytes } from 'node:crypto'
import type { Role } from '#domain/access/roles.ts'
import type { RestartAsk } from '#domain/journal/events.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import type { Account, PasswordHash, Token } from '#domain/schemas/access-file.ts'
import type { TokenView } from '#domain/schemas/access-api.ts'
import type { EpochMs } from '#domain/time.ts'
import type { Desk } from '#agent/operator/desk.ts'
import type { Clock } from '#agent/ports/clock.ts'
import { AccessStore } from './access-store.ts'
import { hashOfNobody, hashPassword, PasswordCheck } from './password-hash.ts'
import { RefusalPace } from './refusal-pace.ts'
import { newSecret, sha256 } from './secrets.ts'
import { Sessions, type Identity, type ListedSession, type Session, type SessionLimits } from './sessions.ts'
import { SignInLimits } from './sign-in-limits.ts'
import { SignInLinks } from './sign-in-links.ts'

type Actor = RestartAsk['actor']

export interface SignedIn {
  /** For the cookie. */
  readonly secret: string
  readonly session: Session
}

export interface AccessDeskParts {
  readonly stateDir: string
  readonly desk: Pick<Desk, 'record' | 'inTurn'>
  readonly clock: Clock
  readonly limits: SessionLimits
  readonly log: (sentence: string) => void
}

const ACCOUNTS_LIMIT = 200
const TOKENS_LIMIT = 200
/** Tells a token apart from other secrets, for whoever finds one. */
const TOKEN_PREFIX = 'holdfast_'
const ADMIN = 'admin'

export class AccessDesk {
  readonly #parts: AccessDeskParts
  readonly #store: AccessStore
  readonly #check = new PasswordCheck()
  readonly #nobody = hashOfNobody()
  readonly #sessions: Sessions
  readonly #limits: SignInLimits
  readonly #links: SignInLinks
  readonly #pace: RefusalPace

  constructor(parts: AccessDeskParts) {
    this.#parts = parts
    this.#store = new AccessStore(parts.stateDir)
    this.#sessions = new Sessions(parts.limits, parts.clock)
    this.#limits = new SignInLimits(parts.clock)
    this.#links = new SignInLinks(parts.clock)
    this.#pace = new RefusalPace(parts.clock)
    if (this.#store.fault !== null) parts.log(this.#store.fault.message)
  }

  async signIn({
    username,
    password,
    address,
  }: {
    username: string
    password: string
    address: string
  }): Promise<SignedIn> {
    const waitMs = this.#limits.waitMs(username, address)
    if (waitMs > 0) {
      const detail = `the next one is looked at in ${Math.ceil(waitMs / 1000)} s`
      throw new HoldfastProblem('sign_in_slowed', detail, { retryAfterMs: waitMs })
    }
    const account = this.#accountNamed(username)
    const fits = await this.#check.fits(password, account?.password ?? this.#nobody)
    if (account === null || !fits) {
      this.#limits.wrong(username, address)
      const actor = { name: account === null ? 'unknown' : `user:${account.name}`, ip: address }
      await this.#recordRefusal(actor, account === null ? 'account_unknown' : 'wrong_password')
      throw refused()
    }
    this.#limits.right(username, address)
    return this.#inTurn(() => {
      // It may have been removed, or given another password, while this one was looked at.
      if (!this.accounts().includes(account)) throw refused()
      return this.#enter(identityOf(account), 'password', address)
    })
  }

  async redeemLink(secret: string, address: string): Promise<SignedIn> {
    const identity = this.#links.redeem(secret)
    if (identity === null) {
      await this.#recordRefusal({ name: 'unknown', ip: address }, 'link_not_valid')
      throw new HoldfastProblem(
        'sign_in_link_invalid',
        'a link lets in once, within 15 minutes, while the agent runs',
      )
    }
    return this.#inTurn(() => this.#enter(identity, 'link', address))
  }

  session(secret: string): Session | null {
    return this.#sessions.find(secret)
  }

  isSessionHeld(secret: string): boolean {
    return this.#sessions.isHeld(secret)
  }

  signOut(secret: string): void {
    this.#sessions.end(secret)
  }

  sessions(): ListedSession[] {
    return this.#sessions.list()
  }

  /** Recorded first, like every change of who may ask; false where there is nothing to end. */
  endSession(id: string, actor: Actor): Promise<boolean> {
    return this.#inTurn(async () => {
      const listed = this.#sessions.list().find((one) => one.id === id)
      if (listed === undefined) return false
      const { identity, address } = listed
      await this.#parts.desk.record({ type: 'session_ended', actor, holder: identity.name, address })
      return this.#sessions.endNamed(id) !== null
    })
  }

  /** Whose token it is; null: nobody's, or not any more. */
  tokenHolder(given: string): { identity: Identity; endsAt: EpochMs | null } | null {
    const hashed = sha256(given)
    const token = this.#store.content.tokens.find(({ sha256: held }) => held === hashed)
    if (token === undefined || this.#isExpired(token)) return null
    const { name, role, expires_at: endsAt } = token
    return { identity: { name: `token:${name}`, shown: `${name} (token)`, role }, endsAt }
  }

  accounts(): readonly Account[] {
    return this.#store.content.accounts
  }

  addAccount(asked: { name: string; role: Role; password: PasswordHash }, actor: Actor): Promise<void> {
    return this.#inTurn(async () => {
      const { accounts } = this.#store.content
      const { name, role, password } = asked
      if (this.#accountNamed(name) !== null) throw new HoldfastProblem('account_exists', `account ${name}`)
      if (accounts.length >= ACCOUNTS_LIMIT) throw tooMany('accounts', ACCOUNTS_LIMIT)
      await this.#parts.desk.record({ type: 'account_changed', actor, account: name, change: 'added', role })
      const now = this.#parts.clock.wallNow()
      const account = { name, role, password, created_at: now, password_set_at: now }
      await this.#replaceAccounts([...accounts, account])
    })
  }

  setPassword({ name, password }: { name: string; password: PasswordHash }, actor: Actor): Promise<void> {
    return this.#changeAccount({ name, change: 'password_set', actor }, (account) => {
      return [{ ...account, password, password_set_at: this.#parts.clock.wallNow() }]
    })
  }

  removeAccount(name: string, actor: Actor): Promise<void> {
    return this.#changeAccount({ name, change: 'removed', actor }, () => [])
  }

  /** The account `admin` of an installation that brings its password along; nothing where it has that password. */
  async settleAdmin(password: string, actor: Actor): Promise<void> {
    const account = this.#accountNamed(ADMIN)
    if (account === null) {
      return this.addAccount({ name: ADMIN, role: 'admin', password: await hashPassword(password) }, actor)
    }
    if (await this.#check.fits(password, account.password)) return
    await this.setPassword({ name: ADMIN, password: await hashPassword(password) }, actor)
  }

  tokens(): TokenView[] {
    return this.#store.content.tokens.map(viewOf)
  }

  createToken(
    { name, role, expires_at }: Pick<Token, 'name' | 'role' | 'expires_at'>,
    actor: Actor,
  ): Promise<TokenView & { token: string }> {
    return this.#inTurn(async () => {
      const held = this.#store.content.tokens.filter((token) => !this.#isExpired(token))
      if (held.length >= TOKENS_LIMIT) throw tooMany('tokens', TOKENS_LIMIT)
      const now = this.#parts.clock.wallNow()
      if (expires_at !== null && expires_at <= now) {
        throw new HoldfastProblem('bad_request', 'expires_at: expected a time to come')
      }
      const [id, secret] = [randomBytes(4).toString('hex'), `${TOKEN_PREFIX}${newSecret()}`]
      await this.#parts.desk.record({
        type: 'token_changed',
        actor,
        change: 'created',
        id,
        name,
        role,
        until: expires_at,
      })
      const token = {
        id,
        name,
        role,
        sha256: sha256(secret),
        created_at: now,
        created_by: actor.name,
        expires_at,
      }
      await this.#store.replace({ ...this.#store.content, tokens: [...held, token] })
      return { ...viewOf(token), token: secret }
    })
  }

  revokeToken(id: string, actor: Actor): Promise<void> {
    return this.#inTurn(async () => {
      const { tokens } = this.#store.content
      const token = tokens.find((one) => one.id === id)
      if (token === undefined) throw new HoldfastProblem('token_unknown', `token ${id}`)
      const { name, role, expires_at: until } = token
      await this.#parts.desk.record({
        type: 'token_changed',
        actor,
        change: 'revoked',
        id,
        name,
        role,
        until,
      })
      await this.#store.replace({ ...this.#store.content, tokens: tokens.filter((one) => one !== token) })
    })
  }

  /** Lets in as an administrator: whoever may open the socket may make accounts as well. */
  makeLink(actor: Actor): Promise<{ secret: string; endsAt: EpochMs }> {
    return this.#inTurn(async () => {
      const { endsAt } = this.#links
      await this.#parts.desk.record({ type: 'sign_in_link_made', actor, until: endsAt })
      const account = actor.name.replace(/^local:/, '')
      const identity = { name: `link:${account}`, shown: `${account} (link)`, role: 'admin' as const }
      return { secret: this.#links.make(identity), endsAt }
    })
  }

  /** Whoever is signed in with what was true until then is not any more. */
  #changeAccount(
    { name, change, actor }: { name: string; change: 'password_set' | 'removed'; actor: Actor },
    changed: (account: Account) => Account[],
  ): Promise<void> {
    return this.#inTurn(async () => {
      const account = this.#requireAccount(name)
      const { role } = account
      await this.#parts.desk.record({ type: 'account_changed', actor, account: name, change, role })
      await this.#replaceAccounts(this.accounts().flatMap((one) => (one === account ? changed(one) : [one])))
      this.#sessions.endAllOf(identityOf(account).name)
    })
  }

  async #enter(identity: Identity, way: 'password' | 'link', address: string): Promise<SignedIn> {
    const actor = { name: identity.name, ip: address }
    await this.#parts.desk.record({ type: 'signed_in', actor, way, role: identity.role })
    return this.#sessions.begin(identity, address)
  }

  /** What cannot be recorded is refused all the same. */
  async #recordRefusal(
    actor: Actor,
    reason: 'account_unknown' | 'wrong_password' | 'link_not_valid',
  ): Promise<void> {
    const paced = this.#pace.next()
    if (paced === null) return
    try {
      await this.#inTurn(() => this.#parts.desk.record({ type: 'sign_in_refused', actor, reason, ...paced }))
    } catch (error) {
      this.#parts.log(`a refused sign-in (${reason}) could not be recorded: ${String(error)}`)
    }
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    return this.#parts.desk.inTurn(act)
  }

  #accountNamed(name: string): Account | null {
    return this.accounts().find((account) => account.name === name) ?? null
  }

  #requireAccount(name: string): Account {
    const account = this.#accountNamed(name)
    if (account === null) throw new HoldfastProblem('account_unknown', `account ${name}`)
    return account
  }

  #replaceAccounts(accounts: Account[]): Promise<void> {
    return this.#store.replace({ ...this.#store.content, accounts })
  }

  #isExpired({ expires_at: end }: Token): boolean {
    return end !== null && end <= this.#parts.clock.wallNow()
  }
}

function identityOf({ name, role }: Account): Identity {
  return { name: `user:${name}`, shown: name, role }
}

function viewOf({ id, name, role, created_at, created_by, expires_at }: Token): TokenView {
  return { id, name, role, created_at, created_by, expires_at }
}

function refused(): HoldfastProblem {
  return new HoldfastProblem('sign_in_refused', 'there is no such account with this password')
}

function tooMany(what: string, limit: number): HoldfastProblem {
  return new HoldfastProblem('bad_request', `${what}: expected at most ${limit}; remove some first`)
}
