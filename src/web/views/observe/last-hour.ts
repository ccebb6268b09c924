/** What the last hour's axis and its list of changes show, out of the observation and the audit. */
import { actionText } from '#domain/audit/actions.ts'
import type { AuditRecord } from '#domain/audit/record.ts'
import type { MetricsConfig } from '#domain/metrics/config.ts'
import { metricText } from '#domain/metrics/display.ts'
import { BREAKER_LEVELS } from '#domain/metrics/gauge-series.ts'
import { changesIn, type StateChange } from '#domain/metrics/runs.ts'
import type { ProbeMark, Series } from '#domain/metrics/series.ts'
import type { RawGap } from '#domain/schemas/raw-v1.ts'
import type { EpochMs } from '#domain/time.ts'
import { figureText } from '#web/charts/chart-drawing.ts'
import type { Observation, Section } from '#web/compute/protocol.ts'
import { HOUR } from '#web/composables/use-last-hour.ts'
import { gapText } from '#web/gap-text.ts'
import { hourMessages } from '#web/messages-hour.ts'
import { observeMessages } from '#web/messages-observe.ts'
import type { Shape, Tone } from '#web/ui/look.ts'
import { reasonWords } from '#web/reason-words.ts'

const { timeline, changes: words } = hourMessages

export interface HourEvent {
  readonly t: EpochMs
  readonly kind: 'restart' | 'breaker' | 'change'
  readonly text: string
}

export interface HourAxis {
  /** When each stretch begins. */
  readonly t: readonly EpochMs[]
  readonly from: EpochMs
  readonly to: EpochMs
  readonly pool: Series
  readonly probe: readonly (ProbeMark | null)[]
  readonly breaker: Series
  readonly events: readonly HourEvent[]
  /** Why a lane is empty, by its name. */
  readonly missing: Readonly<Partial<Record<'pool' | 'probe' | 'breaker', string>>>
}

/** null: the observation speaks of no axis. */
export function hourAxis(observation: Observation, rows: readonly AuditRecord[]): HourAxis | null {
  const { charts, pool, probe, breaker } = observation
  const [from] = charts?.t ?? []
  if (charts === null || from === undefined) return null
  const nothing = charts.t.map(() => null)
  const read = <T, Lane>(section: Section<T>, lane: (value: T) => Lane) =>
    section.kind === 'read' ? lane(section.value) : nothing
  const marks = charts.marks.map((mark): HourEvent => {
    const text = mark.kind === 'restart' ? timeline.restart : words.breaker[mark.to]
    return { t: mark.t, kind: mark.kind, text }
  })
  return {
    t: charts.t,
    from,
    to: from + charts.t.length * HOUR.bucketMs,
    pool: read(pool, ({ series }) => series),
    probe: read(probe, ({ marks: series }) => series),
    breaker: charts.breaker,
    events: [...marks, ...auditEvents(rows, from)].toSorted((one, other) => one.t - other.t),
    missing: {
      ...whyMissing('pool', pool),
      ...whyMissing('probe', probe),
      ...whyMissing('breaker', breaker),
    },
  }
}

/** Restarts are marked by the samples already, which know them to the moment. */
function auditEvents(rows: readonly AuditRecord[], from: EpochMs): HourEvent[] {
  return rows
    .filter(({ action }) => action !== 'outcome' && action !== 'external_restart')
    .map(({ time, action }) => ({ t: Date.parse(time), kind: 'change' as const, text: actionText(action) }))
    .filter(({ t }) => t >= from)
}

function whyMissing(lane: 'pool' | 'probe' | 'breaker', section: Section<unknown>) {
  if (section.kind === 'read') return {}
  if (section.kind === 'malformed') return { [lane]: observeMessages.figures.malformed(section.fault) }
  return { [lane]: section.reason === null ? observeMessages.figures.noStream : gapText(section.reason) }
}

/** In the looks of a strip: what is worse stands higher. */
export function breakerStrip(breaker: Series): (ProbeMark | null)[] {
  const marks = { CLOSED: 'ok', HALF_OPEN: 'degraded', OPEN: 'failed' } as const
  return breaker.map((level) => {
    const state = level === null ? undefined : BREAKER_LEVELS[level]
    return state === undefined ? null : marks[state]
  })
}

export function breakerText(breaker: Series): string {
  const counts = BREAKER_LEVELS.map((state, level) => ({
    state,
    count: breaker.filter((value) => value === level).length,
  })).filter(({ count }) => count > 0)
  if (counts.length === 0) return timeline.breakerLane(timeline.breakerUnknown)
  return timeline.breakerLane(
    counts.map(({ state, count }) => timeline.stretches(timeline.breaker[state], count)).join(', '),
  )
}

export interface HourRow {
  readonly pool: string
  readonly probe: string
  readonly breaker: string
  readonly events: string
}

const saturationText = figureText('pool.saturation')

/** What stands above one place of the axis, each in words that need no lane beside them. */
export function hourRow({ t, pool, probe, breaker, events }: HourAxis, place: number): HourRow {
  const saturation = pool[place] ?? null
  const mark = probe[place] ?? null
  const state = BREAKER_LEVELS[breaker[place] ?? -1]
  const begin = t[place] ?? Number.NaN
  const here = events.filter((event) => event.t >= begin && event.t < begin + HOUR.bucketMs)
  return {
    pool: saturation === null ? timeline.poolUnknown : timeline.pool(saturationText(saturation)),
    probe: mark === null ? timeline.probeUnknown : timeline.probe[mark],
    breaker: state === undefined ? timeline.breakerUnknown : timeline.breaker[state],
    events: here.map(({ text }) => text).join(', '),
  }
}

export interface HourChange {
  readonly key: string
  readonly t: EpochMs
  readonly tone: Tone
  readonly shape: Shape
  readonly text: string
  /** Who, why, how; empty where there is nothing to say. */
  readonly detail: string
}

/** Newest first: what the samples show and what the audit tells, as one story. */
export function hourChanges(
  observation: Observation | null,
  rows: readonly AuditRecord[],
  { poolWarning }: MetricsConfig,
): HourChange[] {
  const seen = observation === null ? [] : sampledChanges(observation, poolWarning)
  return [...seen, ...rows.map(auditedChange)].toSorted((one, other) => other.t - one.t)
}

type Look = Pick<HourChange, 'tone' | 'shape'>

const STATE_LOOKS = {
  good: { tone: 'ok', shape: 'disc' },
  worse: { tone: 'held', shape: 'triangle' },
  bad: { tone: 'bad', shape: 'cross' },
} as const satisfies Record<string, Look>
const PROBE_LOOKS: Record<ProbeMark, Look> = {
  ok: STATE_LOOKS.good,
  degraded: STATE_LOOKS.worse,
  failed: STATE_LOOKS.bad,
}
const BREAKER_LOOKS = {
  CLOSED: STATE_LOOKS.good,
  HALF_OPEN: STATE_LOOKS.worse,
  OPEN: STATE_LOOKS.bad,
} as const

function sampledChanges({ charts, pool, probe }: Observation, poolWarning: number): HourChange[] {
  if (charts === null) return []
  const { t } = charts
  const pct = metricText('pool.saturation', poolWarning).whole
  const isFull = pool.kind === 'read' ? pool.value.series.map(atLeast(poolWarning)) : []
  const poolChanges = changesIn(isFull, t).map((change) => ({
    ...STATE_LOOKS[change.to ? 'worse' : 'good'],
    ...atStretch('pool', change),
    text: (change.to ? words.pool.full : words.pool.free)(pct),
  }))
  const probeChanges = changesIn(probe.kind === 'read' ? probe.value.marks : [], t).map((change) => ({
    ...PROBE_LOOKS[change.to],
    ...atStretch('probe', change),
    text: words.probe[change.to],
  }))
  const breakerChanges = charts.marks.flatMap((mark) =>
    mark.kind === 'breaker'
      ? [
          {
            ...BREAKER_LOOKS[mark.to],
            key: `breaker-${mark.t}`,
            t: mark.t,
            text: words.breaker[mark.to],
            detail: '',
          },
        ]
      : [],
  )
  return [...poolChanges, ...probeChanges, ...breakerChanges]
}

function atLeast(limit: number): (value: number | null) => boolean | null {
  return (value) => (value === null ? null : value >= limit)
}

function atStretch(lane: string, { t, afterGap }: StateChange<unknown>) {
  return { key: `${lane}-${t}`, t, detail: afterGap ? words.afterGap : '' }
}

function auditedChange({ id, time, action, success, actor, reason, detail }: AuditRecord): HourChange {
  const why = [reason === null || reason === '' ? '' : reasonWords(reason), detail ?? '']
  const parts = [success === false ? words.failed : '', words.by(actor), ...why]
  return {
    key: id,
    t: Date.parse(time),
    ...(success === false ? STATE_LOOKS.worse : ({ tone: 'unknown', shape: 'ring' } as const)),
    text: sentenceStart(actionText(action)),
    detail: parts.filter((part) => part !== '').join(' · '),
  }
}

function sentenceStart(text: string): string {
  return `${text[0]?.toUpperCase() ?? ''}${text.slice(1)}`
}

export type HourLane = 'pool' | 'probe' | 'breaker' | 'restarts'

export interface HourGap {
  /** Of what nothing is known then. */
  readonly lanes: readonly HourLane[]
  readonly from: EpochMs
  /** null: it has not ended. */
  readonly to: EpochMs | null
  readonly reason: string
}

/** Stretches without samples, each told once for all lanes that it is of; a blink is not seen on this axis. */
export function hourGaps(
  { gaps, agentNow }: Pick<Observation, 'gaps' | 'agentNow'>,
  from: EpochMs,
): HourGap[] {
  const told: HourGap[] = []
  for (const { stream, from: began, to: ended, reason = '' } of gaps as readonly RawGap[]) {
    const begin = Math.max(began, from)
    if (ended - begin < HOUR.bucketMs) continue
    const gap = {
      lanes: [stream as HourLane],
      from: begin,
      to: ended >= agentNow ? null : ended,
      reason,
    }
    const place = told.findIndex((other) => isSame(other, gap))
    const same = told[place]
    if (same === undefined) told.push(gap)
    else told[place] = { ...same, lanes: [...same.lanes, ...gap.lanes] }
  }
  return told.toSorted((one, other) => one.from - other.from)
}

/** As far as this axis shows. */
function isSame(one: HourGap, other: HourGap): boolean {
  const isNear = (a: EpochMs | null, b: EpochMs | null) =>
    a === null || b === null ? a === b : Math.abs(a - b) < HOUR.bucketMs
  return one.reason === other.reason && isNear(one.from, other.from) && isNear(one.to, other.to)
}

/** Stretches of which no lane knows anything, as places on the axis. */
export function hourHoles({ t, pool, probe, breaker }: HourAxis): { from: number; to: number }[] {
  const holes: { from: number; to: number }[] = []
  t.forEach((_, place) => {
    if ([pool, probe, breaker].some((lane) => (lane[place] ?? null) !== null)) return
    const last = holes.at(-1)
    if (last?.to === place) last.to = place + 1
    else holes.push({ from: place, to: place + 1 })
  })
  return holes
}
