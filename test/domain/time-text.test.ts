import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { isTimeText, parseTime, type LocalOffset } from '#domain/time-text.ts'

const utc: LocalOffset = () => 0
const HOUR_MS = 3_600_000
/** Berlin in 2026: +01:00, from 29 March 01:00 UTC until 25 October 01:00 UTC +02:00. */
const berlin: LocalOffset = (at) =>
  at >= Date.parse('2026-03-29T01:00:00Z') && at < Date.parse('2026-10-25T01:00:00Z') ? 2 * HOUR_MS : HOUR_MS

test.each([
  ['2026-02-08T03:14:15.926+00:00', '2026-02-08T03:14:15.926Z'],
  ['2026-02-08T03:14:15Z', '2026-02-08T03:14:15.000Z'],
  ['2026-02-08 03:14:15z', '2026-02-08T03:14:15.000Z'],
  ['2026-02-08t03:14:15,5+0530', '2026-02-07T21:44:15.500Z'],
  ['2026-02-08T03:14-08', '2026-02-08T11:14:00.000Z'],
  ['2026-02-08T03:14:15+00:00:15', '2026-02-08T03:14:00.000Z'],
  ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
  ['0099-01-01T00:00:00Z', '0099-01-01T00:00:00.000Z'],
])('WD18 %s is read', (text, expected) => {
  expect(new Date(parseTime(text, utc) ?? Number.NaN).toISOString()).toBe(expected)
})

test.each([
  '',
  'yesterday',
  '2026-02-08',
  '2026-02-30T00:00:00Z',
  '2025-02-29T00:00:00Z',
  '2026-13-01T00:00:00Z',
  '2026-00-01T00:00:00Z',
  '2026-02-08T24:00:00Z',
  '2026-02-08T00:60:00Z',
  '2026-02-08T00:00:00+24:00',
  '2026-02-08T00:00:00+00:99',
  ' 2026-02-08T00:00:00Z',
  '2026-02-08T00:00:00Z\n',
  '1770000000',
])('BI1 %j is no time', (text) => {
  expect(isTimeText(text)).toBe(false)
})

test('WD18 microseconds, as Python writes them, are not lost', () => {
  const [one, other] = ['.000001', '.000999'].map((digits) => parseTime(`2026-02-08T03:14:15${digits}Z`, utc))
  expect((other ?? 0) - (one ?? 0)).toBeCloseTo(0.998, 3)
})

test.each([
  ['winter', '2026-01-15T12:00:00', '2026-01-15T11:00:00.000Z'],
  ['summer', '2026-07-15T12:00:00', '2026-07-15T10:00:00.000Z'],
  ['a moment before the gap', '2026-03-29T01:59:59', '2026-03-29T00:59:59.000Z'],
  ['within the gap, the later reading', '2026-03-29T02:30:00', '2026-03-29T01:30:00.000Z'],
  ['right after the gap', '2026-03-29T03:00:00', '2026-03-29T01:00:00.000Z'],
  ['a moment before the overlap', '2026-10-25T01:59:59', '2026-10-24T23:59:59.000Z'],
  ['within the overlap, the later reading', '2026-10-25T02:30:00', '2026-10-25T01:30:00.000Z'],
  ['right after the overlap', '2026-10-25T03:00:00', '2026-10-25T02:00:00.000Z'],
  ['with an offset the place does not matter', '2026-10-25T02:30:00+02:00', '2026-10-25T00:30:00.000Z'],
])('WD18 a time without offset is local: %s', (_title, text, expected) => {
  expect(new Date(parseTime(text, berlin) ?? Number.NaN).toISOString()).toBe(expected)
})

test('WD18 every instant comes back from its own text, and from its local one or an hour later', () => {
  const instant = fc.integer({
    min: Date.parse('2026-01-01T00:00:00Z'),
    max: Date.parse('2027-01-01T00:00:00Z'),
  })
  fc.assert(
    fc.property(instant, (at) => {
      expect(parseTime(new Date(at).toISOString(), berlin)).toBe(at)
      const local = new Date(at + berlin(at)).toISOString().replace('Z', '')
      expect([at, at + HOUR_MS]).toContain(parseTime(local, berlin))
    }),
  )
})
