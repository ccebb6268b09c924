/**
 * The same history, flags and moments in three time zones, around the two changes of daylight-saving time of 2026 in
 * Los Angeles. Texts are made by Intl, with which the code under test has nothing to do.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { ZoneAnswer, ZoneCase } from './support/explain-in-zone.ts'

const ZONES = ['Asia/Taipei', 'UTC', 'America/Los_Angeles'] as const
type Zone = (typeof ZONES)[number]
/** 02:00 to 03:00 and 02:00 to 01:00 in Los Angeles, and an ordinary night. */
const NIGHTS = ['2026-03-08T10:00:00Z', '2026-11-01T09:00:00Z', '2026-06-15T09:00:00Z'].map((text) =>
  Date.parse(text),
)
const MINUTES = [-65, -31, -1, 0, 1, 29, 59, 61]
/** After the later of two attempts: in the cooldown, at its end, in the window, after the first and the second. */
const SECONDS = [-5, 0, 59.999, 60, 199, 201, 601, 3_601]

const FORMATS = Object.fromEntries(
  ZONES.map((timeZone) => {
    const date = { year: 'numeric', month: '2-digit', day: '2-digit' } as const
    const time = { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 } as const
    const options = { timeZone, hourCycle: 'h23', timeZoneName: 'longOffset', ...date, ...time } as const
    return [timeZone, new Intl.DateTimeFormat('en-CA', options)]
  }),
) as Record<Zone, Intl.DateTimeFormat>

type Writing = 'with its offset' | 'as UTC' | 'without an offset'

function textOf(at: number, zone: Zone, writing: Writing): string {
  if (writing === 'as UTC') return new Date(at).toISOString()
  const parts = FORMATS[zone].formatToParts(at)
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? ''
  const local = `${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}:${part('second')}`
  const offset = part('timeZoneName').replace('GMT', '') || '+00:00'
  return `${local}.${part('fractionalSecond')}${writing === 'with its offset' ? offset : ''}`
}

/** The first pass of the hour that is repeated: its local text means the second one too. */
const isAmbiguous = (at: number, zone: Zone) =>
  textOf(at, zone, 'without an offset') === textOf(at + 3_600_000, zone, 'without an offset')

interface Moment {
  readonly attempts: readonly number[]
  readonly at: number
}

const MOMENTS: Moment[] = NIGHTS.flatMap((night) =>
  MINUTES.flatMap((minute) => {
    const last = night + minute * 60_000
    return SECONDS.map((second) => ({ attempts: [last - 400_000, last], at: last + second * 1000 }))
  }),
)

function caseOf({ attempts, at }: Moment, zone: Zone, writing: Writing, source: 'auto' | 'manual'): ZoneCase {
  const history = attempts.map((attempt) => ({
    requested_at: textOf(attempt, zone, writing),
    decision: 'executed',
    success: true,
  }))
  const request = { source, user: 'ops', timestamp: textOf(at, zone, writing) }
  return {
    history: JSON.stringify({ history }),
    request: JSON.stringify(request),
    at: textOf(at, zone, writing),
  }
}

function answersIn(zone: Zone, cases: readonly ZoneCase[]): ZoneAnswer[] {
  const child = spawnSync(process.execPath, [join(import.meta.dirname, 'support/explain-in-zone.ts')], {
    input: JSON.stringify(cases),
    env: { PATH: process.env['PATH'], TZ: zone },
    maxBuffer: 64 * 1024 * 1024,
  })
  if (child.status !== 0) throw new Error(child.stderr.toString())
  return JSON.parse(child.stdout.toString()) as ZoneAnswer[]
}

describe.each(['auto', 'manual'] as const)('WD11 WD18 a request that is %s', (source) => {
  let expected: ZoneAnswer[]
  beforeAll(() => {
    expected = answersIn(
      'UTC',
      MOMENTS.map((moment) => caseOf(moment, 'UTC', 'as UTC', source)),
    )
  })

  test('meets every kind of answer among these moments', () => {
    const reasons = new Set(expected.map(({ explanation }) => (explanation as { reason: string }).reason))
    expect(reasons.size).toBe(2)
  })

  test.each(ZONES)('is decided alike in %s, for times with their offset or in UTC', (zone) => {
    for (const writing of ['with its offset', 'as UTC'] as const) {
      expect(
        answersIn(
          zone,
          MOMENTS.map((moment) => caseOf(moment, zone, writing, source)),
        ),
      ).toEqual(expected)
    }
  })

  test.each(ZONES)('is decided alike in %s, for local times, wherever they mean one instant', (zone) => {
    const isClear = ({ attempts, at }: Moment) => ![...attempts, at].some((each) => isAmbiguous(each, zone))
    const clear = MOMENTS.filter(isClear)
    const answers = answersIn(
      zone,
      clear.map((moment) => caseOf(moment, zone, 'without an offset', source)),
    )
    expect(answers).toEqual(
      expected.filter((_, index) => MOMENTS[index] !== undefined && isClear(MOMENTS[index])),
    )
    expect(MOMENTS.length - clear.length > 0).toBe(zone === 'America/Los_Angeles')
  })
})

test('WD11 where a local time means two instants, the doubt never shortens a cooldown', () => {
  const zone = 'America/Los_Angeles'
  const doubtful = MOMENTS.filter(({ attempts }) => attempts.some((attempt) => isAmbiguous(attempt, zone)))
  expect(doubtful.length).toBeGreaterThan(0)
  // Only the history is without an offset: when it is now, is known.
  const cases = doubtful.map((moment) => ({
    ...caseOf(moment, zone, 'without an offset', 'auto'),
    at: textOf(moment.at, zone, 'as UTC'),
  }))
  const remaining = (answers: ZoneAnswer[]) =>
    answers.map(
      ({ explanation }) => (explanation as { cooldown_remaining_seconds: number }).cooldown_remaining_seconds,
    )
  const read = remaining(answersIn(zone, cases))
  const right = remaining(
    answersIn(
      'UTC',
      doubtful.map((moment) => caseOf(moment, 'UTC', 'as UTC', 'auto')),
    ),
  )
  for (const [index, seconds] of read.entries())
    expect(seconds).toBeGreaterThanOrEqual(right[index] ?? Infinity)
})
