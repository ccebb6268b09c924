/** Where clocks are changed while somebody looks: an hour that comes twice is told apart, one that is left out is no gap. */
import { afterEach, expect, test } from 'vitest'
import { cdp, page } from 'vitest/browser'
import { clockText, spanTexts } from '#web/clock-text.ts'
import { hourMessages } from '#web/messages-hour.ts'
import HourTimeline from '#web/views/observe/HourTimeline.vue'
import type { HourAxis } from '#web/views/observe/last-hour.ts'
import { boundOf, instantsOf, localInput } from '#web/views/recover/audit-query.ts'
import { mount } from './mount.ts'

interface Emulation {
  send(method: 'Emulation.setTimezoneOverride', how: { timezoneId: string }): Promise<unknown>
}
const setZone = (timezoneId: string) =>
  (cdp() as unknown as Emulation).send('Emulation.setTimezoneOverride', { timezoneId })

afterEach(() => setZone(''))

const MINUTE = 60_000
const utc = (text: string) => Date.parse(`${text}Z`)

/** Half an hour before and after the change, as the reader's clock has it. */
const SET_BACK = [
  ['America/New_York', '2026-11-01T06:00', { before: '01:30:00 UTC-4', after: '01:30:00' }, 'UTC-4', 'UTC-5'],
  ['Europe/Berlin', '2026-10-25T01:00', { before: '02:30:00 UTC+2', after: '02:30:00' }, 'UTC+2', 'UTC+1'],
  [
    'Australia/Lord_Howe',
    '2026-04-04T15:00',
    { before: '01:30:00 UTC+11', after: '02:00:00' },
    'UTC+11',
    'UTC+10:30',
  ],
] as const

test.each(SET_BACK)('%s: of two equal times, the one of before says its offset', async (...row) => {
  const [zone, change, { before, after }, offsetBefore, offsetAfter] = row
  await setZone(zone)
  const at = utc(change)
  const now = at + 45 * MINUTE
  expect(clockText(at - 30 * MINUTE, now).local).toBe(before)
  expect(clockText(at + 30 * MINUTE, now).local).toBe(after)
  const { from, to } = spanTexts(at - 15 * MINUTE, now)
  expect(from.endsWith(offsetBefore)).toBe(true)
  expect(to.endsWith(offsetAfter)).toBe(true)
})

/** An hour of which nothing is known but when it is. */
function emptyHour(from: number): HourAxis {
  const t = Array.from({ length: 120 }, (_, i) => from + i * 30_000)
  const nothing = t.map(() => null)
  const to = from + 60 * MINUTE
  return { t, from, to, pool: nothing, probe: nothing, breaker: nothing, events: [], missing: {} }
}

test.each(SET_BACK)(
  '%s: the last hour names the offsets of both ends, and reads any moment',
  async (...row) => {
    const [zone, change, , offsetBefore, offsetAfter] = row
    await setZone(zone)
    const axis = emptyHour(utc(change) - 30 * MINUTE)
    const host = mount(HourTimeline, { props: { axis, gaps: [], warning: 0.9 } })
    const span = host.querySelector('.span')?.textContent ?? ''
    expect(span).toContain(offsetBefore)
    expect(span).toContain(offsetAfter)
    // No tick is left out, none stands twice at the same place.
    expect(host.querySelectorAll('.ticks span').length).toBe(6)
    const slider = page.getByRole('slider', { name: hourMessages.timeline.moment })
    await slider.fill('0')
    await expect.element(slider).toHaveAttribute('aria-valuetext', expect.stringContaining(offsetBefore))
  },
)

test('where clocks are set forward, the hour that is left out is none of the window', async () => {
  await setZone('America/New_York')
  const at = utc('2026-03-08T07:00')
  const now = at + 10 * MINUTE
  expect(clockText(at - MINUTE, now).local).toBe('01:59:00 UTC-5')
  expect(clockText(at, now).local).toBe('03:00:00')
})

test.each(SET_BACK)('%s: a filter by a time that comes twice leaves nothing out', async (zone, change) => {
  await setZone(zone)
  const setBackMs = zone === 'Australia/Lord_Howe' ? 30 * MINUTE : 60 * MINUTE
  const second = utc(change) + 10 * MINUTE
  const first = second - setBackMs
  const local = localInput(new Date(second).toISOString())
  expect(instantsOf(local).map((at) => Date.parse(at))).toEqual([first, second])
  expect(Date.parse(boundOf('from', local, undefined))).toBe(first)
  expect(Date.parse(boundOf('to', local, undefined))).toBe(second)
  // A link that names the second of them is shown as this time, and stays what it is.
  const held = new Date(second).toISOString()
  expect(boundOf('from', local, held)).toBe(held)
})
