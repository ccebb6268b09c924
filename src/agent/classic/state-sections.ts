/** What the classic page says of the service: verdict, policy, restarts, raw figures and the audit trail. */
import { actionText } from '#domain/audit/actions.ts'
import { verdictOf, type Verdict } from '#domain/health/verdict.ts'
import { VERDICT_WORDS } from '#domain/health/verdict-words.ts'
import { historyKind, historyOutcome, HISTORY_OUTCOMES } from '#domain/journal/history-words.ts'
import { STATE_MEANINGS, STATE_WORDS } from '#domain/policy/state-words.ts'
import { sentenceOf } from '#domain/policy/reason-words.ts'
import type { Health } from '#domain/schemas/health.ts'
import type { RestartLine } from '#domain/schemas/worker-api.ts'
import type { ClassicFacts } from './facts.ts'
import { html, type Html } from './html.ts'
import { CLASSIC_WORDS as WORDS } from './words.ts'

export function verdictFor({ health, worker }: ClassicFacts): Verdict {
  return verdictOf(health, { watchdogRunning: worker?.watchdog.running ?? null })
}

export function verdictSection(facts: ClassicFacts): Html[] {
  const { detail, byItself, nextStep } = verdictFor(facts)
  const { state } = facts.health.resilience.policy_state
  return [
    html`<p>${detail}</p>
      ${definitions([
        [VERDICT_WORDS.byItself, byItself],
        [VERDICT_WORDS.nextStep, nextStep],
        [WORDS.policy, `${policyText(facts.health)} ${STATE_MEANINGS[state]}`],
        [WORDS.lastLook, seenText(facts)],
      ])}`,
  ]
}

function policyText({ resilience: { policy_state: policy } }: Health): string {
  const { state, attempts_in_window: attempts, retry_budget: budget, window_seconds: window } = policy
  const cooling = state === 'cooldown' ? `, ${policy.cooldown_remaining_seconds} s left` : ''
  return `${STATE_WORDS[state]}${cooling}. ${WORDS.spent(attempts, budget, window)}`
}

function seenText({ health: { checked_at: at, age_ms: age } }: ClassicFacts): string {
  if (at === null || age === null) return WORDS.notYet
  return WORDS.beforePage(at, Math.max(0, Math.round(age / 1000)))
}

const ROWS = 10

export function restartsSection({ worker, visitor = null }: ClassicFacts): Html[] {
  const heading = html`<h2>${WORDS.restarts}</h2>`
  if (worker === null || !worker.history_readable) return [heading, html`<p>${WORDS.restartsUnknown}</p>`]
  const lines = worker.restart_history.slice(-ROWS).toReversed()
  if (lines.length === 0) return [heading, html`<p>${WORDS.noRestarts}</p>`]
  const { when, what, by, end } = WORDS.columns
  // Who asked, and why, is for those who have signed in (OB1).
  const columns = visitor === null ? [when, what, end] : [when, what, by, end]
  return [
    heading,
    tableOf(
      WORDS.restarts,
      columns,
      lines.map((line) => cellsOf(line, visitor !== null)),
    ),
  ]
}

function cellsOf(line: RestartLine, isTold: boolean): string[] {
  const when = line.completed_at ?? line.requested_at ?? WORDS.noTime
  const end = HISTORY_OUTCOMES[historyOutcome(line)]
  if (!isTold) return [when, historyKind(line), end]
  const { decision_reason: code, success } = line
  const why = code === null || success === true ? '' : `: ${sentenceOf(code)}`
  return [when, historyKind(line), line.requested_by ?? line.source ?? '', `${end}${why}`]
}

export function figuresSection({ health }: ClassicFacts): Html[] {
  const { database_pool: pool, circuit_breaker: circuit, route_cache: cache, system_memory: memory } = health
  const rows: [string, string][] = Object.entries(health.services)
  if (pool !== null)
    rows.push(['Pool', `${pool.state.checked_out} of ${pool.state.max_capacity} checked out`])
  if (circuit !== null) rows.push(['Circuit breaker', circuit.state])
  if (cache !== null) {
    const { l1_hits: first, l2_hits: second, misses } = cache
    rows.push(['Cache', `${first} and ${second} hits, ${misses} misses since it started`])
  }
  if (typeof memory?.workers_rss_bytes === 'number') {
    rows.push(['Workers’ memory', `${memory.workers_rss_bytes} bytes`])
  }
  return [
    html`<h2>${WORDS.figures}</h2>
      ${definitions(rows)}
      <p>${WORDS.figuresNeedConsole}</p>`,
  ]
}

export function auditSection({ visitor = null }: ClassicFacts): Html[] {
  const heading = html`<h2>${WORDS.audit}</h2>`
  if (visitor === null) return [heading, html`<p>${WORDS.needsSignIn}</p>`]
  const rows = visitor.audit ?? []
  const cells = rows.map(({ time, actor, action, decision, reason, detail }) => [
    time,
    actor,
    actionText(action),
    decision ?? '',
    [reason === null ? '' : sentenceOf(reason), detail ?? ''].filter((part) => part !== '').join(': '),
  ])
  return [
    heading,
    html`<p>${WORDS.auditNewest(rows.length)}</p>`,
    tableOf(WORDS.audit, Object.values(WORDS.auditColumns), cells),
  ]
}

function definitions(rows: readonly (readonly [string, string])[]): Html {
  return rows.length === 0
    ? html``
    : html`<dl>
        ${rows.map(
          ([name, text]) =>
            html`<dt>${name}</dt>
              <dd>${text}</dd>`,
        )}
      </dl>`
}

function tableOf(name: string, columns: readonly string[], rows: readonly (readonly string[])[]): Html {
  return html`<div class="wide" tabindex="0" role="region" aria-label="${name}">
    <table>
      <thead>
        <tr>
          ${columns.map((column) => html`<th scope="col">${column}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (cells) =>
            html`<tr>
              ${cells.map((cell) => html`<td>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`
}
