/**
 * Who asks, and whether they may: for every route over TCP, before its body is read (SE3, SE5). What the rule is stands
 * in the domain; here is only read what the request says of itself.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { refusalOf, type AskedFor } from '#domain/access/authorise.ts'
import type { LeastRole } from '#domain/access/roles.ts'
import { invariant } from '#domain/invariant.ts'
import type { RestartAsk } from '#domain/journal/events.ts'
import { HoldfastProblem, type ProblemCode } from '#domain/problems.ts'
import type { EpochMs } from '#domain/time.ts'
import type { AccessDesk } from '#agent/access/access-desk.ts'
import { sha256 } from '#agent/access/secrets.ts'
import { formTokenMatches } from '#agent/access/form-token.ts'
import type { TrustedProxy } from '#agent/access/trusted-proxy.ts'
import { csrfMatches, type Identity } from '#agent/access/sessions.ts'
import { headerOf } from '../header-of.ts'
import { demandStatedRoutes, statedRoute, type StatedRoute } from '../route-table.ts'
import { isFromThisHost } from './from-this-host.ts'
import { cookiePlace, readCookie } from './session-cookie.ts'

export interface SignedInCaller {
  readonly identity: Identity
  readonly endsAt: EpochMs | null
  /** Of a session; null where a token asks. */
  readonly csrf: string | null
  /** From where it asks, as far as anybody can be believed. */
  readonly address: string
  /** Tells this session or token from others, and lets nobody in. */
  readonly holder: string
  /** Asked again and again by what stays open after it was let in. */
  readonly isStillIn: () => boolean
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Who was let in; null on what everybody may ask. */
    caller: SignedInCaller | null
  }
}

export interface AccessGuardParts {
  readonly access: AccessDesk
  readonly publicOrigins: readonly string[]
  readonly proxy: TrustedProxy
}

/** Returns how to find out who asks where everybody may. */
export function addAccessGuard(
  app: FastifyInstance,
  parts: AccessGuardParts,
): (request: FastifyRequest) => SignedInCaller | null {
  app.decorateRequest('caller', null)
  demandStatedRoutes(app, 'tcp')
  app.addHook('onRequest', async (request) => {
    // Nothing is there: the same answer for everybody, and there is nothing to guard.
    if (request.is404) return
    const route = statedRoute(request.method, request.routeOptions.url ?? '', 'tcp')
    if (route === null) throw refused('role_too_low', 'admin')
    const { least } = route
    const own = ownOrigin(request, parts.publicOrigins)
    const caller = least === 'public' ? null : callerOf(request, parts, own)
    const refusal = refusalOf(askedFor(request, route, own, caller))
    if (refusal !== null) throw refused(refusal, least)
    request.caller = caller
  })
  app.addHook('preHandler', async (request) => {
    const route = statedRoute(request.method, request.routeOptions.url ?? '', 'tcp')
    const { caller } = request
    if (route?.form === undefined || caller === null || request.is404) return
    const { least, form } = route
    const asked = askedFor(request, route, ownOrigin(request, parts.publicOrigins), caller)
    const refusal = refusalOf({ ...asked, caller: formCaller(caller, form, request.body) })
    if (refusal !== null) throw refused(refusal, least)
  })
  return (request) => callerOf(request, parts, ownOrigin(request, parts.publicOrigins))
}

/** Whose session it is by its holder's mark, without keeping it alive: an open page alone is nobody who asks. */
export function sessionHolderOf(
  request: FastifyRequest,
  { access, proxy, publicOrigins }: AccessGuardParts,
): string | null {
  const place = cookiePlace(ownOrigin(request, publicOrigins), request)
  const secret = readCookie(place, request.headers.cookie)
  if (secret !== null && access.isSessionHeld(secret)) return sha256(secret)
  return proxy.caller(request.raw)?.identity.name ?? null
}

/** By the token in its body, which was not read yet when everything else was looked at. */
function formCaller({ identity, csrf }: SignedInCaller, act: string, body: unknown): AskedFor['caller'] {
  const { role } = identity
  if (csrf === null) return { role, by: { kind: 'token' } }
  const { key, csrf: given } = { key: '', csrf: '', ...(body as Partial<Record<'key' | 'csrf', string>>) }
  return { role, by: { kind: 'cookie', csrfMatches: formTokenMatches(csrf, act, { key, csrf: given }) } }
}

/** Who changes something, for the journal. */
export function signedInActor(request: FastifyRequest): RestartAsk['actor'] {
  const { caller } = request
  invariant(caller !== null, 'the guard lets nobody without a name change anything')
  return { name: caller.identity.name, ip: caller.address }
}

/** The one under which this request came; its host was looked at before (SE4). */
export function ownOrigin({ headers }: FastifyRequest, publicOrigins: readonly string[]): string {
  const host = headers.host ?? ''
  return publicOrigins.find((origin) => new URL(origin).host === host) ?? `http://${host}`
}

function callerOf(
  request: FastifyRequest,
  { access, proxy }: AccessGuardParts,
  own: string,
): SignedInCaller | null {
  const { authorization, cookie } = request.headers
  const address = proxy.clientAddress(request.raw)
  // Whoever sends a token means it: a cookie beside it does not make a wrong one right.
  if (authorization !== undefined) {
    const [, token] = /^Bearer ([\w-]+)$/i.exec(authorization) ?? []
    const found = token === undefined ? null : access.tokenHolder(token)
    if (token === undefined || found === null) return null
    const isStillIn = () => access.tokenHolder(token) !== null
    return { ...found, address, csrf: null, holder: sha256(token), isStillIn }
  }
  const secret = readCookie(cookiePlace(own, request), cookie)
  const session = secret === null ? null : access.session(secret)
  if (secret === null || session === null) return proxiedCaller(request, proxy, address)
  return { ...session, address, holder: sha256(secret), isStillIn: () => access.isSessionHeld(secret) }
}

/** Each request says anew who asks; what it opened stays open as long as the proxy keeps it open. */
function proxiedCaller({ raw }: FastifyRequest, proxy: TrustedProxy, address: string): SignedInCaller | null {
  const proxied = proxy.caller(raw)
  if (proxied === null) return null
  return { ...proxied, address, endsAt: null, holder: proxied.identity.name, isStillIn: () => true }
}

function askedFor(
  request: FastifyRequest,
  { least, isOpenHere = false, form }: StatedRoute,
  own: string,
  caller: SignedInCaller | null,
): AskedFor {
  const isChange = !['GET', 'HEAD'].includes(request.method)
  return {
    least,
    isChange,
    // Here, too, whoever sends a token means it.
    isFromHere: isOpenHere && request.headers.authorization === undefined && isFromThisHost(request),
    site: siteOf(request, own, isChange),
    caller:
      caller === null ? null : { role: caller.identity.role, by: byOf(request, caller, form !== undefined) },
  }
}

function byOf(
  request: FastifyRequest,
  { csrf }: SignedInCaller,
  isForm: boolean,
): NonNullable<AskedFor['caller']>['by'] {
  if (csrf === null) return { kind: 'token' }
  // A form cannot send a header: its token is in the body, and looked at when that is read.
  if (isForm) return { kind: 'cookie', csrfMatches: true }
  return { kind: 'cookie', csrfMatches: csrfMatches({ csrf }, headerOf(request, 'x-csrf-token')) }
}

/** `Origin` where it is sent, else what the browser says of the page (SE3). */
function siteOf({ raw }: FastifyRequest, own: string, isChange: boolean): AskedFor['site'] {
  const origins = raw.headersDistinct.origin ?? []
  if (origins.length > 0) return origins.every((origin) => origin === own) ? 'same' : 'foreign'
  const sites = raw.headersDistinct['sec-fetch-site'] ?? []
  if (sites.length === 0) return 'untold'
  // `none`: somebody typed the address, which asks for a page and changes nothing.
  const isOwn = sites.every((site) => site === 'same-origin' || (site === 'none' && !isChange))
  return isOwn ? 'same' : 'foreign'
}

function refused(code: ProblemCode, least: LeastRole): HoldfastProblem {
  return new HoldfastProblem(code, DETAILS[code]?.(least) ?? 'refused')
}

const DETAILS: Partial<Record<ProblemCode, (least: LeastRole) => string>> = {
  sign_in_required: (least) => `this needs the role ${least}, and a session or token that has not ended`,
  role_too_low: (least) => `this needs the role ${least}`,
  cross_site: () => 'Origin, or Sec-Fetch-Site, names another site than this one',
  csrf_token_wrong: () =>
    'X-CSRF-Token: expected the one that the sign-in gave; of a form, the one it was made with',
}
