/**
 * What the classic page's forms do (SH4): the same desks as the API, then on to a page that says what came of it. A refusal is
 * an answer in words, and what was typed is there again.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type * as z from 'zod/mini'
import { LINK_FRAGMENT } from '#domain/access/sign-in-link.ts'
import { invariant } from '#domain/invariant.ts'
import { switchableRoute } from '#domain/navigation/kill-switch.ts'
import { switchFileText, SWITCH_WORDS } from '#domain/navigation/switch-words.ts'
import type { RouteId } from '#domain/navigation/manifest.ts'
import { OVERRIDE_WORDS, PAUSE_WORDS, REASON_MISSING, RELEASE_WORDS } from '#domain/policy/act-words.ts'
import { sentenceOf } from '#domain/policy/reason-words.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import type { WordRecorded } from '#domain/schemas/worker-api.ts'
import type { TrustedProxy } from '#agent/access/trusted-proxy.ts'
import type { ClassicAnswers } from '#agent/classic/answers.ts'
import type { ClassicAnswer, FormAct } from '#agent/classic/facts.ts'
import type { UnsentNotes } from '#agent/classic/unsent-notes.ts'
import { CLASSIC_WORDS as WORDS } from '#agent/classic/words.ts'
import type { RestartWish } from '#agent/operator/request-restart.ts'
import { cleanReason } from '#agent/operator/words.ts'
import { formOf, FORMS, SIGN_IN_FORM } from '../classic-forms.ts'
import { signedInActor } from '../plugins/access-guard.ts'
import { enterSession, leaveSession, type SessionEntryParts } from '../session-entry.ts'
import type { NavigationDesk } from './navigation.ts'
import type { SystemView } from './system-status.ts'
import type { WorkerDesk } from './worker.ts'

interface Shown {
  readonly page?: RouteId | null
  readonly answer?: ClassicAnswer | null
}

export type Show = (request: FastifyRequest, reply: FastifyReply, shown: Shown) => Promise<FastifyReply>

export interface ClassicFormParts extends SessionEntryParts {
  readonly worker: WorkerDesk
  readonly navigation: NavigationDesk
  readonly system: SystemView
  readonly proxy: TrustedProxy
  readonly newId: () => string
  readonly answers: ClassicAnswers
  readonly unsent: UnsentNotes
  readonly show: Show
}

type Done = Pick<ClassicAnswer, 'isDone' | 'lines'>
type Fields<Act extends FormAct> = z.output<(typeof FORMS)[Act]>

export function addClassicForms(scope: FastifyInstance, parts: ClassicFormParts): void {
  const { worker, navigation, system } = parts
  const add = formAdder(scope, parts)
  const asked = (request: FastifyRequest, key: string) => ({ requestId: key, actor: signedInActor(request) })
  const restart = async (
    request: FastifyRequest,
    key: string,
    seen: string,
    wish: RestartWish,
  ): Promise<Done> => {
    const end = await worker.restart({ ...asked(request, key), ...wish, seen })
    if (end.kind === 'accepted') return done(WORDS.accepted(end.requestId), ...replayed(end))
    return refused(WORDS.refused, ...end.decision.reasons.map(sentenceOf))
  }

  add('restart', (request, { key, seen, rung }) => restart(request, key, seen, { rung, override: null }))
  add('override', async (request, { key, seen, rung, reason, typed, pass }) => {
    const { name } = (await system.read()).target
    const { missing } = OVERRIDE_WORDS
    if (cleanReason(reason) === '') return refused(missing.reason)
    if (typed.trim() !== name) return refused(missing.name(name))
    const override = { acknowledged: true, reason, passes: pass === undefined ? [] : [pass] }
    return restart(request, key, seen, { rung, override })
  })
  add('guard-release', async (request, { key, reason }) => {
    if (cleanReason(reason) === '') return refused(REASON_MISSING)
    return said(RELEASE_WORDS.button, await worker.releaseGuard({ ...asked(request, key), reason }))
  })
  add('pause', async (request, { key, reason, for: seconds }) => {
    if (cleanReason(reason) === '') return refused(REASON_MISSING)
    const forMs = seconds === '' ? null : Number(seconds) * 1000
    return said(PAUSE_WORDS.button, await worker.pause({ ...asked(request, key), reason, forMs }))
  })
  add('resume', async (request, { key, reason }) =>
    said(PAUSE_WORDS.resume, await worker.resume({ ...asked(request, key), reason })),
  )
  add('navigation', async (request, { key, what, way, reason }) => {
    if (cleanReason(reason) === '') return refused(REASON_MISSING)
    const engaged = way === 'engage'
    const wish = { engaged, route: switchableRoute(what), reason, releaser: 'console' as const }
    const { change, holds, notes, recorded } = await navigation.change({ ...asked(request, key), ...wish })
    const more = [...(recorded ? [] : [SWITCH_WORDS.notRecorded]), ...notes]
    if (engaged || holds.length === 0) return done(SWITCH_WORDS.done[change], ...more)
    return refused(
      SWITCH_WORDS.stillOut(holds.map(switchFileText).join(', ')),
      SWITCH_WORDS.hardHolds,
      ...more,
    )
  })
  addSessionForms(scope, parts)
}

/** Each form's way: read, done in its words, kept for the page that follows. */
function formAdder(scope: FastifyInstance, { answers, unsent }: ClassicFormParts) {
  return <Act extends FormAct>(
    act: Act,
    carryOut: (request: FastifyRequest, fields: Fields<Act>) => Promise<Done>,
  ): void => {
    scope.post(`/classic/${act}`, async (request, reply) => {
      const fields = formOf(FORMS[act], request.body) as Fields<Act>
      const { caller } = request
      invariant(caller !== null, 'the guard lets nobody without a name change anything')
      const { isDone, lines } = await carryOut(request, fields).catch(inWords)
      const typed = isDone ? {} : typedOf(request.body as Record<string, string>)
      if (isDone) unsent.sent(caller.holder, act)
      answers.keep(caller.holder, fields.key, { act, isDone, lines, typed })
      return onward(reply, fields.page, `?answer=${fields.key}`)
    })
  }
}

function addSessionForms(scope: FastifyInstance, parts: ClassicFormParts): void {
  const { access, proxy, show } = parts
  scope.post('/classic/sign-in', async (request, reply) => {
    const { page, user, password, link } = formOf(SIGN_IN_FORM, request.body)
    const address = proxy.clientAddress(request.raw)
    try {
      const signedIn =
        link === ''
          ? await access.signIn({ username: user, password, address })
          : await access.redeemLink(secretOf(link), address)
      return onward(enterSession(parts, request, reply, signedIn), page, '')
    } catch (error) {
      const { lines } = inWords(error)
      const { spec, retryAfterMs } = error as HoldfastProblem
      if (retryAfterMs !== null) void reply.header('retry-after', Math.ceil(retryAfterMs / 1000))
      const answer = { act: 'sign-in' as const, isDone: false, lines, typed: { user } }
      return show(request, reply.code(spec.status), { page: page === '' ? null : page, answer })
    }
  })
  scope.post('/classic/sign-out', async (request, reply) => {
    const { page } = formOf(FORMS['sign-out'], request.body)
    return onward(leaveSession(parts, request, reply), page, '')
  })
}

/** Relative to the form's own address, and so right under any prefix. Looking again at what follows sends nothing. */
function onward(reply: FastifyReply, page: RouteId | '', query: string): FastifyReply {
  const place = page === '' ? '../classic' : page
  return reply.header('cache-control', 'no-store').code(303).header('location', `${place}${query}`).send()
}

/** The address that `holdfast login-link` prints, or what stands behind its #. */
function secretOf(link: string): string {
  return link.trim().replace(new RegExp(`^.*#?${LINK_FRAGMENT}=`), '')
}

function said(what: string, { by, replayed: again }: WordRecorded): Done {
  return done(WORDS.recorded(what, by), ...replayed({ replayed: again }))
}

function replayed({ replayed: again }: { replayed: boolean }): string[] {
  return again ? [WORDS.replayed] : []
}

function done(...lines: string[]): Done {
  return { isDone: true, lines }
}

function refused(...lines: string[]): Done {
  return { isDone: false, lines }
}

/** A problem is an answer like any other; a fault of ours is none. */
function inWords(error: unknown): Done {
  if (!(error instanceof HoldfastProblem)) throw error
  return refused(WORDS.notDone(error.spec.title, error.detail), WORDS.mend(error.spec.mend))
}

/** What proves a session is not typed, and not given back. */
function typedOf({ reason, typed }: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries({ reason, typed }).filter(([, text]) => text !== undefined),
  ) as Record<string, string>
}
