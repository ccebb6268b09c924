import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { repeatedKeyIn } from '#domain/schemas/repeated-key.ts'

test.each([
  ['at the top', '{"a": 1,\n "b": 2,\n "a": 3}', { key: 'a', line: 3 }],
  ['within a list', '[{"a": 1}, {"b": [{"c": 1, "c": 1}]}]', { key: 'c', line: 1 }],
  ['spelled in another way', '{"a": 1, "\\u0061": 2}', { key: 'a', line: 1 }],
  ['named as what every object has', '{"__proto__": 1, "__proto__": 2}', { key: '__proto__', line: 1 }],
  ['after a text that holds braces and quotes', '{"a": "}{\\"a\\":", "a": 2}', { key: 'a', line: 1 }],
  ['empty', '{"": 1, "": 2}', { key: '', line: 1 }],
])('BI1 a key that stands twice is found %s', (_, json, found) => {
  expect(repeatedKeyIn(json)).toEqual(found)
})

test.each([
  ['one in each of two objects', '[{"a": 1}, {"a": 2}]'],
  ['one within the other', '{"a": {"a": {"b": 1}}, "b": 2}'],
  ['a value like it', '{"a": "a", "b": ["a", "b"]}'],
])('BI1 no key stands twice: %s', (_, json) => {
  expect(repeatedKeyIn(json)).toBeNull()
})

test('BI1 what was written by a program has none, whatever it holds', () => {
  fc.assert(
    fc.property(fc.json(), fc.integer({ min: 0, max: 2 }), (json, indent) => {
      expect(repeatedKeyIn(JSON.stringify(JSON.parse(json), null, indent))).toBeNull()
    }),
  )
})
