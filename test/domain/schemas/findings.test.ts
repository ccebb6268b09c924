import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import * as z from 'zod/mini'
import { findingText, foundText, readWith } from '#domain/schemas/findings.ts'

const schema = z.looseObject({
  name: z.string().check(z.maxLength(3)),
  mode: z.optional(z.nullable(z.enum(['fast', 'slow']))),
  rows: z.array(z.int().check(z.minimum(1))),
  time: z.optional(z.string().check(z.refine((text) => text === 'noon', { error: 'a time of day' }))),
  either: z.optional(z.union([z.string(), z.boolean()])),
  inner: z.optional(z.strictObject({ only: z.literal(true) })),
  password: z.optional(z.boolean()),
})

const textsOf = (given: unknown): string[] => {
  const reading = readWith(schema, given)
  return reading.ok ? [] : reading.findings.map(findingText)
}

test('BI1 every fault is told, with its place, not the first alone', () => {
  expect(
    textsOf({
      mode: 'quick',
      rows: [1, '2', 0, 1.5],
      time: 'dawn',
      either: [1, 2],
      inner: { only: false, more: 1 },
    }),
  ).toEqual([
    'name: expected text, found nothing',
    'mode: expected one of "fast", "slow", found "quick"',
    'rows[1]: expected a number, found "2"',
    'rows[2]: expected a number from 1, found 0',
    'rows[3]: expected a whole number, found 1.5',
    'time: expected a time of day, found "dawn"',
    'either: expected text or true or false, found a list of 2',
    'inner.only: expected true, found false',
    'inner.more: expected a known key, found an unknown key',
  ])
})

test.each([
  [3, 'the document: expected an object, found 3'],
  [null, 'the document: expected an object, found null'],
  [[], 'the document: expected an object, found a list of 0'],
  ['', 'the document: expected an object, found ""'],
])('BI1 a document that is none at all: %j', (given, text) => {
  expect(textsOf(given)).toEqual([text])
})

test('BI1 a document without end has findings with an end', () => {
  const texts = textsOf({ name: 'a', rows: Array.from({ length: 5000 }, () => 'x') })
  expect(texts).toHaveLength(21)
  expect(texts.at(-1)).toContain('4980 more')
})

test.each([
  ['a secret by its name', { name: 'a', rows: [], password: 'hunter2' }, 'hunter2'],
  ['user-info in a URL', { name: 'postgres://ops:hunter2@db/x', rows: [] }, 'hunter2'],
  ['a terminal escape', { name: '\u001b[2J', rows: [] }, '\u001b'],
])('AU5 what was found never shows %s', (_title, given, unsafe) => {
  expect(textsOf(given)).toHaveLength(1)
  expect(textsOf(given).join()).not.toContain(unsafe)
})

test('BI1 whatever is found is told short and in one line', () => {
  fc.assert(
    fc.property(fc.anything(), (value) => {
      const text = foundText(value)
      expect(text.length).toBeLessThanOrEqual(130)
      expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    }),
  )
})
