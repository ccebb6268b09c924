/** The classic page (SH4), at an address of its own and in the console's place while that is out of service. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { reaches } from '#domain/access/roles.ts'
import { findRoute, NAVIGATION, type RouteId } from '#domain/navigation/manifest.ts'
import { HoldfastProblem, PROBLEMS } from '#domain/problems.ts'
import type { Health } from '#domain/schemas/health.ts'
import type { DurationMs } from '#domain/time.ts'
import type { AuditReader } from '#agent/audit/audit-reader.ts'
import { formToken } from '#agent/access/form-token.ts'
import { asProblem } from '#agent/as-problem.ts'
import { ClassicAnswers } from '#agent/classic/answers.ts'
import type { Visitor } from '#agent/classic/facts.ts'
import { html } from '#agent/classic/html.ts'
import { classicPage, documentOf, STYLE_HASH } from '#agent/classic/page.ts'
import { CLASSIC_WORDS as WORDS } from '#agent/classic/words.ts'
import type { Clock } from '#agent/ports/clock.ts'
import { baseOf } from '../base-of.ts'
import { readForms } from '../classic-forms.ts'
import { memoised } from '../memo.ts'
import type { SignedInCaller } from '../plugins/access-guard.ts'
import { httpProblem } from '../plugins/problems.ts'
import { policyWithStyle } from '#domain/security-headers.ts'
import { addClassicForms, type ClassicFormParts, type Show } from './classic-forms.ts'
import type { NavigationDesk } from './navigation.ts'
import type { SystemView } from './system-status.ts'

/** On a bad day everybody reloads: the journals are read once for all of them. */
const KEPT_MS: DurationMs = 1_000
const AUDIT_ROWS = 40
const EVERYTHING = {
  since: null,
  until: null,
  actor: null,
  action: null,
  decision: null,
  request: null,
  text: null,
}

export interface ClassicParts extends Omit<ClassicFormParts, 'show' | 'answers'> {
  readonly readHealth: () => Health
  readonly navigation: NavigationDesk
  readonly audit: Pick<AuditReader, 'page'>
  readonly system: SystemView
  readonly clock: Clock
  readonly log: (sentence: string) => void
  /** Who asks where everybody may; null: nobody who has signed in. */
  readonly visitorOf: (request: FastifyRequest) => SignedInCaller | null
}

export type SendClassic = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>

/** Returns how to send it in place of any address of the console: then as that address's counterpart. */
export async function addClassic(app: FastifyInstance, parts: ClassicParts): Promise<SendClassic> {
  const answers = new ClassicAnswers()
  const show = shower(parts, answers)
  await app.register(async (scope) => {
    readForms(scope)
    scope.setErrorHandler((error: HoldfastProblem, request, reply) => {
      const problem = httpProblem(error, request)
      if (problem.code === 'internal') parts.log(`${request.method} ${request.url}: ${error.stack ?? ''}`)
      return sendProblemPage(request, reply, problem)
    })
    scope.get('/classic', (request, reply) => show(request, reply, {}))
    scope.get('/classic/:page', (request, reply) => {
      const { page } = request.params as { page: string }
      const id = NAVIGATION.find((entry) => entry.id === page)?.id
      if (id === undefined) throw new HoldfastProblem('not_found', 'there is no such page')
      return show(request, reply, { page: id })
    })
    addClassicForms(scope, { ...parts, answers, show })
  })
  return (request, reply) => show(request, reply, { page: pageAt(request.url) })
}

/** The last part of the address: a proxy may not have taken its own away. */
function pageAt(url: string): RouteId | null {
  const name = `/${(url.split('?')[0] ?? '').split('/').at(-1) ?? ''}`
  return name === '/' ? null : (findRoute(name)?.id ?? null)
}

function shower(parts: ClassicParts, answers: ClassicAnswers): Show {
  const { readHealth, worker, navigation, clock, visitorOf, unsent } = parts
  // What cannot be read is said on the page: the rest of it is still of use.
  const status = memoised(() => worker.status().catch(() => null), { keptMs: KEPT_MS, clock })
  return async (request, reply, { page = null, answer = null }) => {
    const caller = visitorOf(request)
    const { answer: key } = request.query as { answer?: unknown }
    const kept = caller === null || typeof key !== 'string' ? null : answers.find(caller.holder, key)
    const facts = {
      health: readHealth(),
      // Whoever acts does so on what is true now, and not a moment ago.
      worker: caller === null ? await status() : await worker.status().catch(() => null),
      navigation: navigation.report(),
      now: clock.wallNow(),
      page,
      visitor: caller === null ? null : await visitorFor(caller, parts, page),
      answer: answer ?? kept,
      unsent: caller === null ? {} : unsent.find(caller.holder),
    }
    return sendPage(reply, classicPage(facts, baseOf(request.url)))
  }
}

async function visitorFor(
  { identity, csrf }: SignedInCaller,
  { worker, system, audit, newId }: ClassicParts,
  page: RouteId | null,
): Promise<Visitor> {
  const { shown, role } = identity
  const preview = worker.dryRun().catch(asProblem)
  const trail = page === 'audit' ? audit.page({ filter: EVERYTHING, limit: AUDIT_ROWS, before: null }) : null
  return {
    shown,
    role,
    target: (await system.read()).target.name,
    preview: await preview,
    audit: (await trail?.catch(() => null))?.rows ?? null,
    marks: (act) => {
      const key = newId()
      return { key, csrf: csrf === null || !reaches(role, 'viewer') ? '' : formToken(csrf, act, key) }
    },
  }
}

function sendPage(reply: FastifyReply, page: string): FastifyReply {
  return (
    reply
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      .header('content-security-policy', policyWithStyle(STYLE_HASH))
      // Under `no-referrer` a browser sends a form with the origin `null`, as a page of nobody.
      .header('referrer-policy', 'same-origin')
      .send(page)
  )
}

/** What the guards or the form itself refuse, in words: nobody reads problem+json in a text browser. */
function sendProblemPage(
  request: FastifyRequest,
  reply: FastifyReply,
  problem: HoldfastProblem,
): FastifyReply {
  const { status, title, mend } = PROBLEMS[problem.code]
  const base = baseOf(request.url)
  const content = html`<h1>${title}</h1>
    <p>${problem.detail}.</p>
    <p>${WORDS.mend(mend)} <code>${problem.code}</code></p>
    <p><a href="classic">${WORDS.back}</a></p>`
  return sendPage(reply.code(status), documentOf({ title: `${title}: ${WORDS.bar}`, base }, content))
}
