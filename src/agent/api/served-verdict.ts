/**
 * The verdict in the served document (SH2): text that is there before any script runs and where none does, and the
 * snapshot it was made from, for the console to begin with. Both are of what anybody may read (OB1).
 */
import { verdictOf, type Verdict } from '#domain/health/verdict.ts'
import { LEVEL_WORDS, pageTitle, VERDICT_WORDS } from '#domain/health/verdict-words.ts'
import type { Health } from '#domain/schemas/health.ts'
import type { ServedSnapshot } from '#domain/schemas/served-snapshot.ts'
import { SERVED_SNAPSHOT_ID, SERVED_VERDICT_ID } from '#domain/served-document.ts'
import { isoText, type EpochMs } from '#domain/time.ts'
import { durationText } from '#domain/units.ts'

export interface Seen extends ServedSnapshot {
  readonly health: Health
}

/** The document with title, verdict and snapshot. A target's words are text in it, whatever they look like. */
export function withVerdict(html: string, seen: Seen): string {
  const verdict = verdictOf(seen.health, { watchdogRunning: seen.watchdog_running })
  const title = pageTitle(LEVEL_WORDS[verdict.level], verdict.headline, null)
  // By functions: in a replacement that is a text, `$` has a meaning.
  return html
    .replace(/<title>[^<]*<\/title>/, () => `<title>${text(title)}</title>`)
    .replace('<body>', (body) => `${body}${verdictHtml(verdict, seen)}${snapshotHtml(seen)}`)
}

function verdictHtml(verdict: Verdict, { health, at }: Seen): string {
  const { since } = health
  return `
    <div id="${SERVED_VERDICT_ID}">
      <main>
        <section class="${verdict.level}" aria-labelledby="served-headline">
          <div>
            <p class="served-line"><strong>${text(LEVEL_WORDS[verdict.level])}</strong>${since === null ? '' : ` ${sinceHtml(Date.parse(since), at)}`}</p>
            <h1 id="served-headline">${text(verdict.headline)}</h1>
            <p>${text(verdict.detail)}</p>
          </div>
          <div class="served-outlook">
            <h2>${text(VERDICT_WORDS.byItself)}</h2>
            <p>${text(verdict.byItself)}</p>
            <h2>${text(VERDICT_WORDS.nextStep)}</h2>
            <p>${text(verdict.nextStep)}</p>
          </div>
        </section>
        <p class="served-age">${text(VERDICT_WORDS.asOf(utcText(at)))}</p>
        <noscript><p>${text(VERDICT_WORDS.withoutScripts)}</p></noscript>
      </main>
    </div>
`
}

function sinceHtml(since: EpochMs, at: EpochMs): string {
  const lasted = `${VERDICT_WORDS.for(durationText(at - since))}, ${VERDICT_WORDS.since}`
  return `<span>${text(lasted)} <time datetime="${isoText(since)}">${text(utcText(since))}</time></span>`
}

/** Which zone the reader is in, only the reader's browser knows. */
function utcText(instant: EpochMs): string {
  return VERDICT_WORDS.atUtc(isoText(instant).slice(0, 19).replace('T', ' '))
}

function snapshotHtml(seen: Seen): string {
  return `<script type="application/json" id="${SERVED_SNAPSHOT_ID}">${data(seen)}</script>\n    `
}

/** Nothing in it can end the block, or be taken for markup by whatever looks at it. */
function data(value: object): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function text(words: string): string {
  return words.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}
