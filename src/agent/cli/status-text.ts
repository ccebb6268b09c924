/**
 * The status as a tired person reads it: how bad and since when, what holds the machine, what it does by itself,
 * what to do next; then the evidence. Colour only repeats a word that stands there.
 */
import { cleanText } from '#domain/free-text.ts'
import { verdictOf, type Verdict } from '#domain/health/verdict.ts'
import { restartText } from '#domain/journal/restart-words.ts'
import type { RecommendedAction } from '#domain/schemas/health.ts'
import { ageText, durationText } from '#domain/units.ts'
import type { EpochMs } from '#domain/time.ts'
import type { StatusDocument } from '#agent/operator/read-status.ts'
import { wrapped } from './wrap.ts'

export interface TextStyle {
  readonly width: number
  readonly colour: boolean
  /** Times of day as the reader's clock shows them. */
  readonly clock: (at: EpochMs) => string
}

type Tone = 'ok' | 'warn' | 'bad' | 'held'

const SGR: Readonly<Record<Tone, string>> = { ok: '32', warn: '33', bad: '31;1', held: '7' }
const LABEL_WIDTH = 12

export function statusText(document: StatusDocument, style: TextStyle): string {
  const { health, worker } = document
  const verdict = verdictOf(health, { watchdogRunning: worker.watchdog.running })
  return [
    ...headline(document, verdict, style),
    ...held(document, style),
    '',
    ...row('By itself', verdict.byItself, style),
    ...row('Next step', verdict.nextStep, style),
    ...command(document, style),
    '',
    ...row('Restarts', budgetText(document), style),
    ...row('Last', lastText(document, style), style),
    ...row('Watchdog', watchdogText(document), style),
    ...row('Seen', sourceText(document), style),
  ].join('\n')
}

/** One line for a log: only what changes when something has changed. */
export function statusLine({ health, worker, source }: StatusDocument): string {
  const { policy_state: policy, watchdog, pause, guard } = worker
  const known = health.checked_at !== null
  return [
    known ? health.status : 'unknown',
    health.degraded_reason === null ? [] : cleanText(health.degraded_reason, 60),
    `policy ${policy.state}`,
    `attempts ${policy.attempts_in_window} of ${policy.retry_budget}`,
    guard.latched ? 'GUARDED' : [],
    pause === null ? [] : 'PAUSED',
    watchdog.running ? (watchdog.problem ?? []) : 'WATCHDOG NOT RUNNING',
    `next ${worker.recovery_recommendation.action}`,
    source === 'agent' ? [] : 'agent does not answer',
  ]
    .flat()
    .join(' · ')
}

const LEVELS: Readonly<Record<Verdict['level'], { word: string; tone: Tone }>> = {
  healthy: { word: 'HEALTHY', tone: 'ok' },
  degraded: { word: 'DEGRADED', tone: 'warn' },
  unhealthy: { word: 'UNHEALTHY', tone: 'bad' },
  unknown: { word: 'UNKNOWN', tone: 'warn' },
}

function headline({ at, health }: StatusDocument, verdict: Verdict, style: TextStyle): string[] {
  const { word, tone } = LEVELS[verdict.level]
  const since = health.since === null ? '' : `, for ${durationText(span(health.since, at))}`
  const lines = wrapped(`${cleanText(verdict.headline, 200)}${since}.`, style.width - LABEL_WIDTH)
  const [first = '', ...others] = [...lines, ...wrapped(verdict.detail, style.width - LABEL_WIDTH)]
  return [`${toned(word.padEnd(LABEL_WIDTH), tone, style)}${first}`, ...others.map(indented)]
}

/** What a person has to end: nothing of it may be overlooked. */
function held(document: StatusDocument, style: TextStyle): string[] {
  const notices = [guardNotice(document, style), pauseNotice(document), watchdogNotice(document)]
  return notices
    .filter((notice) => notice !== null)
    .flatMap(({ word, sentence, way }) => {
      const [first = '', ...others] = wrapped(sentence, style.width - LABEL_WIDTH)
      const mark = toned(` ${word} `.padEnd(LABEL_WIDTH - 1), 'held', style)
      return ['', `${mark} ${first}`, ...[...others, way].map(indented)]
    })
}

interface Notice {
  word: string
  sentence: string
  /** What ends it. */
  way: string
}

function guardNotice({ worker, at }: StatusDocument, style: TextStyle): Notice | null {
  const { guard, history_readable: readable } = worker
  const way = typed('holdfast guard release --reason "…"')
  if (!readable) {
    const sentence = 'The restart history cannot be read, so nothing restarts. A release begins a new one.'
    return { word: 'GUARDED', sentence, way }
  }
  if (!guard.latched) return null
  const since = guard.latched_at === null ? '' : ` since ${timeText(guard.latched_at, at, style)}`
  const sentence = `Restarted too often: nothing restarts by itself${since}, until a person releases it.`
  return { word: 'GUARDED', sentence, way }
}

function pauseNotice({ worker: { pause }, at }: StatusDocument): Notice | null {
  if (pause === null) return null
  const by = `by ${cleanText(pause.by, 60)} ${ageText(span(pause.since, at))} ago`
  const end = pause.until === null ? 'until it is ended' : `ends in ${durationText(span(at, pause.until))}`
  const sentence = `No automatic restarts: paused ${by}, ${end}. "${cleanText(pause.reason, 200)}"`
  return { word: 'PAUSED', sentence, way: typed('holdfast resume') }
}

function watchdogNotice({ worker: { watchdog } }: StatusDocument): Notice | null {
  if (!watchdog.running) {
    const sentence = 'The watchdog does not run: nothing heals by itself, and no restart can be asked for.'
    return {
      word: 'UNWATCHED',
      sentence,
      way: typed('systemctl start holdfast-watchdog'),
    }
  }
  if (watchdog.problem === null) return null
  const sentence = `The watchdog runs and cannot work (${cleanText(watchdog.problem, 60)}).`
  return { word: 'STUCK', sentence, way: 'its log says what is wrong' }
}

/** What the next step is typed as; null: there is nothing to type. */
const COMMANDS: Partial<Record<RecommendedAction, string>> = {
  consider_controlled_worker_restart: 'holdfast restart',
  release_guard_or_override: 'holdfast guard release --reason "…"',
}

function command({ worker }: StatusDocument, style: TextStyle): string[] {
  const { action } = worker.recovery_recommendation
  const words = COMMANDS[action]
  const isRelease = action === 'release_guard_or_override'
  // A guard that is shown above has its way beside it already; a restart needs somebody to carry it out.
  const isOfUse = isRelease ? !worker.guard.latched : worker.watchdog.running
  return words === undefined || !isOfUse ? [] : row('', typed(words), style)
}

function typed(words: string): string {
  return `$ ${words}`
}

function budgetText({ worker }: StatusDocument): string {
  const { policy_state: policy, restart_churn: churn, cooldown, unhelpful_restarts: unhelpful } = worker
  const window = durationText(policy.window_seconds * 1000)
  return [
    `${policy.attempts_in_window} of ${policy.retry_budget} attempts in ${window}`,
    churn.count > policy.attempts_in_window ? `${churn.count} restarts with those of others` : [],
    cooldown.active
      ? `cooling down for ${durationText(cooldown.remaining_seconds * 1000)} more`
      : 'no cooldown',
    unhelpful === 0 ? [] : `${unhelpful} in a row did not help`,
  ]
    .flat()
    .join(', ')
}

function lastText({ worker: { last_restart: last }, at }: StatusDocument, style: TextStyle): string {
  if (last === null) return 'none on record'
  const when = last.requested_at === null ? '' : `${timeText(last.requested_at, at, style)}, `
  return `${when}${cleanText(restartText(last), 400)}`
}

function watchdogText({ worker: { watchdog }, at }: StatusDocument): string {
  if (watchdog.running)
    return watchdog.problem === null ? 'runs' : `runs, with a problem: ${watchdog.problem}`
  return watchdog.seen_at === null
    ? 'does not run'
    : `does not run; last seen ${ageText(span(watchdog.seen_at, at))} ago`
}

function sourceText({ source, agent_problem: why, health, target }: StatusDocument): string {
  const where = `${target.name} on ${target.bind}`
  if (source === 'agent') {
    const age = health.age_ms === null ? 'not yet' : `${ageText(health.age_ms)} ago`
    return `by the agent, ${age}: ${where}`
  }
  return `in the files, and by one look at ${where}. The agent does not answer: ${cleanText(why ?? '', 200)}`
}

function row(label: string, text: string, { width }: TextStyle): string[] {
  const [first = '', ...others] = wrapped(text, width - LABEL_WIDTH)
  return [`${label.padEnd(LABEL_WIDTH)}${first}`, ...others.map(indented)]
}

function indented(line: string): string {
  return `${' '.repeat(LABEL_WIDTH)}${line}`
}

function timeText(instant: string, now: string, { clock }: TextStyle): string {
  return `${clock(Date.parse(instant))} (${ageText(span(instant, now))} ago)`
}

function span(from: string, to: string): number {
  return Math.max(0, Date.parse(to) - Date.parse(from))
}

function toned(word: string, tone: Tone, { colour }: TextStyle): string {
  return colour ? `\u001b[${SGR[tone]}m${word}\u001b[0m` : word
}
