/**
 * The classic page (SH4): what the console's first screen says, in the same words, made by the agent: one request, no
 * script. It is for everybody who reaches the agent, and so says no more than `/health` does (OB1): no user, path or
 * typed reason.
 */
import { hash } from 'node:crypto'
import { verdictOf } from '#domain/health/verdict.ts'
import type { Health, PolicyState } from '#domain/schemas/health.ts'
import type { NavigationView } from '#domain/schemas/navigation-api.ts'
import type { RestartLine, WorkerStatus } from '#domain/schemas/worker-api.ts'
import { isoText, type EpochMs } from '#domain/time.ts'
import { html, Html } from './html.ts'

export interface ClassicFacts {
  readonly health: Health
  /** null: it could not be read. */
  readonly worker: WorkerStatus | null
  readonly navigation: NavigationView
  readonly now: EpochMs
}

/** Right for the address that was asked, under whatever prefix a proxy takes away. */
export function classicPage(facts: ClassicFacts, base: string): string {
  const { health, worker } = facts
  const verdict = verdictOf(health, { watchdogRunning: worker?.watchdog.running ?? null })
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <base href="${base}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${LEVELS[verdict.level]}: Holdfast, classic page</title>
        ${STYLE_ELEMENT}
      </head>
      <body>
        <main>
          <p class="bar">Holdfast, classic page</p>
          ${noticeOf(facts.navigation)}
          <h1 class="${verdict.level}">${LEVELS[verdict.level]}: ${verdict.headline}</h1>
          <p>${verdict.detail}</p>
          <dl>
            <dt>What it does by itself</dt>
            <dd>${verdict.byItself}</dd>
            <dt>Next safe step</dt>
            <dd>${verdict.nextStep}</dd>
            <dt>Restart policy</dt>
            <dd>${policyText(health)}</dd>
            <dt>Last looked at the target</dt>
            <dd>${seenText(facts)}</dd>
          </dl>
          <h2>Recent restarts</h2>
          ${restartsOf(worker)}
          <h2>Kill switch</h2>
          ${switchOf(facts.navigation)}
          <p class="foot">
            Made ${isoText(facts.now)}; it does not renew itself. <a href="classic">Look again</a>. To act,
            use the <code>holdfast</code> command on the host: <code>holdfast restart</code>,
            <code>holdfast pause</code>, <code>holdfast killswitch release</code>.
          </p>
        </main>
      </body>
    </html> `
  return page.text
}

const LEVELS = {
  healthy: 'Healthy',
  degraded: 'Degraded',
  unhealthy: 'Unhealthy',
  unknown: 'Unknown',
} as const

const STATES: Readonly<Record<PolicyState, string>> = {
  allowed: 'Self-healing on',
  cooldown: 'Cooling down',
  circuit_gated: 'Waiting for the circuit',
  guarded: 'Guarded: needs you',
  paused: 'Paused by an operator',
  restarting: 'Restarting workers',
}

function policyText({ resilience: { policy_state: policy } }: Health): string {
  const { state, attempts_in_window: attempts, retry_budget: budget, window_seconds: window } = policy
  const cooling = state === 'cooldown' ? `, ${policy.cooldown_remaining_seconds} s left` : ''
  return `${STATES[state]}${cooling}. ${attempts} of ${budget} attempts in ${window} s are used.`
}

function seenText({ health: { checked_at: at, age_ms: age } }: ClassicFacts): string {
  if (at === null || age === null) return 'not yet'
  return `${at}, ${Math.max(0, Math.round(age / 1000))} s before this page was made`
}

function noticeOf({ engaged }: NavigationView): Html {
  return engaged
    ? html`<p class="notice">
        <strong>The console is out of service.</strong> An operator took it out with the kill switch; this
        page takes its place.
      </p>`
    : html`<p>The console is in service: <a href="./">open it</a>.</p>`
}

function switchOf({ engaged, by, routes }: NavigationView): Html {
  const out = routes.filter((route) => route.engaged)
  if (engaged) return html`<p>Engaged for all routes, by ${by.map(({ file }) => file).join(', ')}.</p>`
  if (out.length === 0) return html`<p>Not engaged.</p>`
  return html`<p>Engaged for ${out.map(({ title }) => title).join(', ')}.</p>`
}

const ROWS = 10

function restartsOf(worker: WorkerStatus | null): Html {
  if (worker === null || !worker.history_readable)
    return html`<p>Not known: the restart history cannot be read.</p>`
  const lines = worker.restart_history.slice(-ROWS).toReversed()
  if (lines.length === 0) return html`<p>None.</p>`
  return html`<table>
    <thead>
      <tr>
        <th scope="col">When</th>
        <th scope="col">What</th>
        <th scope="col">How it ended</th>
      </tr>
    </thead>
    <tbody>
      ${lines.map(
        (line) =>
          html`<tr>
            <td>${line.completed_at ?? line.requested_at ?? 'unknown'}</td>
            <td>${kindText(line)}</td>
            <td>${endText(line)}</td>
          </tr>`,
      )}
    </tbody>
  </table>`
}

const KINDS: Readonly<Record<RestartLine['kind'], string>> = {
  attempt: 'restart',
  external: 'not by Holdfast',
  refused: 'refused',
  unsent: 'nothing was signalled',
  imported: 'restart, from before Holdfast',
}

/** Who asked, and why, is for those who have signed in. */
function kindText({ kind, source, manual_override: isOverride }: RestartLine): string {
  const how = source === 'auto' ? 'automatic ' : source === 'manual' ? 'manual ' : ''
  if (kind !== 'attempt') return KINDS[kind]
  return isOverride ? 'restart by override' : `${how}${KINDS[kind]}`
}

function endText({ kind, success, helped }: RestartLine): string {
  if (kind === 'external') return 'seen in the process table'
  if (kind === 'refused') return 'by policy'
  if (kind === 'unsent') return 'ended without a signal'
  if (success === null) return 'not verified yet'
  const help = helped === null ? '' : helped ? '; it helped' : '; it did not help'
  return `${success ? 'verified' : 'not verified'}${help}`
}

/** Shape and word carry the meaning: the page reads in a text browser, and in grey. */
const STYLE = `
:root{color-scheme:light dark;--text:#181d24;--muted:#48525e;--surface:#f4f6f7;--line:#b9c1cb;--bad:#a81f18;--held:#7a4d00;--notice:#fdf2d8}
@media (prefers-color-scheme:dark){:root{--text:#e7ebf0;--muted:#b0bac5;--surface:#0f1317;--line:#465362;--bad:#ff9d94;--held:#e8b95e;--notice:#2c2412}}
body{margin:0;background:var(--surface);color:var(--text);font:16px/1.5 Inter,'Liberation Sans',Arial,sans-serif}
main{max-width:46rem;margin:0 auto;padding:16px}
.bar,.foot,dt{color:var(--muted)}
.notice{background:var(--notice);border:1px solid var(--line);padding:8px 12px}
h1{font-size:1.5rem;line-height:1.25}
h1.unhealthy{color:var(--bad)}
h1.degraded{color:var(--held)}
h2{font-size:1.1rem;margin-top:24px}
dt{margin-top:8px}
dd{margin:0}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:4px 8px 4px 0;border-bottom:1px solid var(--line);vertical-align:top}
a{color:inherit}
`

/** Put together here: its hash is over every character, and a template may be laid out anew. */
const STYLE_ELEMENT = new Html(`<style>${STYLE}</style>`)

/** By which the page's policy lets this one style in, and nothing else. */
export const STYLE_HASH = `sha256-${hash('sha256', STYLE, 'base64')}`
