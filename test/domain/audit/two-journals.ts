/** A machine's life as both journals tell it, for what is to be cut off of it; and what is decided from them. */
import * as fc from 'fast-check'
import { planRetention, type Cut, type RetentionPlan, type RetentionRules } from '#domain/audit/retention.ts'
import { auditEntries, firstMoment, type AuditRow, type JournalName } from '#domain/audit/trail.ts'
import { anchorOf, chainRow, GENESIS, prunedEvent, type Hash } from '#domain/journal/chain.ts'
import type { EventTime, JournalEvent } from '#domain/journal/events.ts'
import { apply, emptyState, type JournalState } from '#domain/journal/fold.ts'
import { activePause, openAttempts } from '#domain/journal/questions.ts'
import { lastPlacesOf, mergedRows } from '#domain/journal/merge.ts'
import { POLICY_PRESETS, type PolicyConfig } from '#domain/policy/config.ts'
import { decideRestart, type RestartRequest } from '#domain/policy/decide.ts'
import { dueLatch } from '#domain/policy/due-latch.ts'
import { policyInputOf, triedRungs } from '#domain/policy/from-history.ts'
import { actor, ask, external, intent, latched, outcome, refusal, released, START } from '../journal/diary.ts'

/** Enough to tell rows apart; what a real hash promises is no matter here. */
const weakHash: Hash = (text) => {
  let sum = 7
  for (const character of text) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 2_147_483_647
  return sum.toString(16).padStart(64, '0')
}

export type Journals = Readonly<Record<JournalName, readonly AuditRow[]>>

export class Life {
  readonly rows: Record<JournalName, AuditRow[]> = { watchdog: [], agent: [] }
  now: EventTime = { wall: START, monotonic: 1000, boot: 'boot-1' }

  write(journal: JournalName, event: JournalEvent): this {
    const last = this.rows[journal].at(-1)
    const before = last === undefined ? GENESIS : anchorOf(last)
    const id = `${journal}-${before.seq + 1}`
    this.rows[journal].push({ ...chainRow(before, { id, time: this.now, event }, weakHash), journal })
    return this
  }

  watchdog(...events: readonly JournalEvent[]): this {
    for (const event of events) this.write('watchdog', event)
    return this
  }

  operators(...events: readonly JournalEvent[]): this {
    for (const event of events) this.write('agent', event)
    return this
  }

  wait(ms: number): this {
    const { wall, monotonic, boot } = this.now
    this.now = { wall: wall + ms, monotonic: monotonic + ms, boot }
    return this
  }

  setWall(byMs: number): this {
    this.now = { ...this.now, wall: this.now.wall + byMs }
    return this
  }

  reboot(offMs = 0): this {
    const number = Number(this.now.boot.slice(5)) + 1
    this.now = { wall: this.now.wall + offMs, monotonic: 10, boot: `boot-${number}` }
    return this
  }

  /** As `holdfast prune` does it: the row that tells of it stands at the end. */
  prune({ last }: Cut): this {
    for (const journal of ['watchdog', 'agent'] as const) {
      const anchor = last[journal]
      if (anchor === null) continue
      this.write(journal, prunedEvent(anchor))
      this.rows[journal] = this.rows[journal].filter(({ seq }) => seq > anchor.seq)
    }
    return this
  }

  plan(rules: RetentionRules, guardRelease: PolicyConfig['guardRelease'] = 'manual'): RetentionPlan {
    return planRetention(auditEntries(merged(this.rows, this.now.boot), firstMoment(POLICY_PRESETS)), {
      rules,
      policy: { ...POLICY_PRESETS, guardRelease },
      now: this.now,
    })
  }
}

/** Both are about to have a row of this boot at their end. */
function placesOf(rows: Journals, boot: string) {
  const places = (journal: JournalName) => lastPlacesOf(rows[journal]).set(boot, Infinity)
  return { watchdog: places('watchdog'), agent: places('agent') }
}

function merged(rows: Journals, boot: string): Iterable<AuditRow> {
  const lastPlaces = placesOf(rows, boot)
  return mergedRows(
    { rows: rows.watchdog, lastPlaces: lastPlaces.watchdog },
    { rows: rows.agent, lastPlaces: lastPlaces.agent },
  )
}

export function stateOf(rows: Journals): JournalState {
  const side = (journal: JournalName) => ({ rows: rows[journal], lastPlaces: lastPlacesOf(rows[journal]) })
  return [...mergedRows(side('watchdog'), side('agent'))].reduce(apply, emptyState)
}

const MANUAL = { source: 'manual', override: null } as const
const REQUESTS = [{ source: 'automatic' }, MANUAL] as const satisfies readonly RestartRequest[]
const DAY_S = 86_400

/** By every setting that reaches far, since it may be changed tomorrow. */
const CONFIGS: readonly Partial<PolicyConfig>[] = [
  {},
  { windowMs: DAY_S * 1000, cooldownMs: DAY_S * 1000 },
  { windowMs: DAY_S * 1000, retryBudget: 1, guardedMode: false },
]

export function decidedFrom(
  rows: Journals,
  now: EventTime,
  guardRelease: PolicyConfig['guardRelease'],
): unknown {
  return decidedBy(stateOf(rows), now, guardRelease)
}

/** Everything that the watchdog does or shows because of its history. */
export function decidedBy(
  history: JournalState,
  now: EventTime,
  guardRelease: PolicyConfig['guardRelease'] = 'manual',
): unknown {
  const decisions = CONFIGS.flatMap((over) => {
    const config = { ...POLICY_PRESETS, ...over, guardRelease }
    const input = policyInputOf({ config, history, outcome: { kind: 'never' }, now })
    return [
      ...REQUESTS.map((request) => decideRestart({ ...input, request })),
      triedRungs(config, history, now),
    ]
  })
  const openRequests = [...history.requests.open.values()]
  return {
    decisions,
    openRequests,
    openAttempts: openAttempts(history),
    pause: activePause(history, now),
    unhelpful: history.unhelpfulInARow,
    // Of today's settings: no latch was owed by others.
    latchDue: dueLatch(history, { ...POLICY_PRESETS, guardRelease }, now),
  }
}

export type Step = { readonly name: string; readonly act: (life: Life) => void }

const started: JournalEvent = {
  type: 'watchdog_started',
  version: '1',
  contract_version: '1',
  new_history: false,
}
const HOUR_MS = 3_600_000

const paused = (life: Life, forMs: number | null): JournalEvent => ({
  type: 'paused',
  actor,
  reason: 'work',
  until: forMs === null ? null : life.now.wall + forMs,
})

/** Each with ids of its own, so that a life may have it twice. */
const steps: readonly ((unique: string, ms: number) => Step)[] = [
  (id, ms) => ({
    name: `attempt ${id}`,
    act: (life) =>
      life
        .watchdog(intent(id))
        .wait(ms % 60_000)
        .watchdog(outcome(id)),
  }),
  (id) => ({
    name: `attempt ${id} of no help`,
    act: (life) => life.watchdog(intent(id), outcome(id, { helped: false })),
  }),
  (id) => ({ name: `intent ${id} alone`, act: (life) => life.watchdog(intent(id)) }),
  () => ({ name: 'external', act: (life) => life.watchdog(external) }),
  (id) => ({ name: `refusal ${id}`, act: (life) => life.watchdog(refusal(id)) }),
  () => ({ name: 'latch', act: (life) => life.watchdog(latched) }),
  () => ({ name: 'start', act: (life) => life.watchdog(started) }),
  () => ({ name: 'release', act: (life) => life.operators(released) }),
  () => ({ name: 'pause', act: (life) => life.operators(paused(life, null)) }),
  (_, ms) => ({ name: `pause for ${ms}`, act: (life) => life.operators(paused(life, ms)) }),
  () => ({ name: 'resume', act: (life) => life.operators({ type: 'resumed', actor, reason: '' }) }),
  (id) => ({
    name: `request ${id} recorded`,
    act: (life) => life.operators({ type: 'request_recorded', ask: ask(`r-${id}`) }),
  }),
  (id, ms) => ({
    name: `request ${id} recorded and ended`,
    act: (life) =>
      life
        .operators({ type: 'request_recorded', ask: ask(`r-${id}`) })
        .wait(ms % HOUR_MS)
        .watchdog({ type: 'request_ended', request_id: `r-${id}`, reason: 'request_expired', detail: '' }),
  }),
  (_, ms) => ({ name: `wait ${ms}`, act: (life) => life.wait(ms) }),
  (_, ms) => ({ name: `reboot, off for ${ms}`, act: (life) => life.reboot(ms) }),
  (_, ms) => ({ name: `reboot and start ${ms}`, act: (life) => life.reboot(ms).watchdog(started) }),
  (_, ms) => ({ name: `wall set back by ${ms}`, act: (life) => life.setWall(-ms) }),
  (_, ms) => ({ name: `wall set forward by ${ms}`, act: (life) => life.setWall(ms) }),
]

const length = fc.oneof(fc.nat({ max: 120_000 }), fc.nat({ max: 50 * HOUR_MS }))

export function stepsOf(prefix: string, maxLength: number): fc.Arbitrary<Step[]> {
  return fc
    .array(fc.tuple(fc.nat({ max: steps.length - 1 }), length), { maxLength, size: 'max' })
    .map((chosen) => chosen.flatMap(([which, ms], index) => steps[which]?.(`${prefix}${index}`, ms) ?? []))
}
