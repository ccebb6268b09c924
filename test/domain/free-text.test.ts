import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { cleanText, publicText } from '#domain/free-text.ts'

test.each([
  ['plain text stays', 'a breaker opened: 3 × timeout', 'a breaker opened: 3 × timeout'],
  ['letters of any script stay', 'Überlast · 過負荷', 'Überlast · 過負荷'],
  ['a terminal escape loses its escape', 'a\u001b[2Jb', 'a [2Jb'],
  ['line ends become one space', 'a\r\n\nb\u2028c', 'a b c'],
  ['a sentence cannot be turned around', 'ok\u202egnp.exe', 'ok gnp.exe'],
  ['what cannot be seen is no text', '\u0000\u200b\ufeff\u00ad', ''],
  ['half a character is none', 'a\ud800b', 'a b'],
  ['a whole pair is one', 'a😀b', 'a😀b'],
])('SE8 %s', (_title, text, expected) => {
  expect(cleanText(text)).toBe(expected)
})

test.each([
  ['at the limit nothing is cut', 'abcd', 4, 'abcd'],
  ['beyond it the cut is shown', 'abcde', 4, 'abc…'],
  ['characters are never cut in half', '😀😀😀', 2, '😀…'],
])('SE8 %s', (_title, text, limit, expected) => {
  expect(cleanText(text, limit)).toBe(expected)
})

test('SE8 whatever comes in, what goes out is short, clean, and clean already', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 400 }),
      fc.integer({ min: 1, max: 60 }),
      (text, limit) => {
        const clean = cleanText(text, limit)
        expect([...clean].length).toBeLessThanOrEqual(limit)
        expect(clean).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}]/u)
        expect(cleanText(clean, limit)).toBe(clean)
      },
    ),
  )
})

test.each([
  ['postgres://app:hunter2@db.internal/app is down', '(address) is down'],
  ['login with password=hunter2 failed', 'login with password=*** failed'],
  ['cannot open /var/lib/app/data.db', 'cannot open (path)'],
  ['12/12 connections, and/or more', '12/12 connections, and/or more'],
  ['pool_saturated', 'pool_saturated'],
])('AU5 what anybody may read says %j as %j', (text, expected) => {
  expect(publicText(text)).toBe(expected)
})
