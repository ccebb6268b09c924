import { expect, test } from 'vitest'
import { digestText } from '../../tools/openapi-digest.ts'

const document = (version: string, words: string) => JSON.stringify({ info: { version }, words })
const first = digestText(document('1.2.3', 'as it was'), '{ "version": "0.0.0", "sha256": "" }')

test('OB4 an OpenAPI document that has not changed keeps its digest', () => {
  expect(digestText(document('1.2.3', 'as it was'), first)).toBe(first)
})

test.each(['1.2.3', '1.2.2', '0.9.9', '1.1.9', '1.2.03', 'x'])(
  'OB4 one that has changed is none of version %s after 1.2.3',
  (version) => {
    expect(() => digestText(document(version, 'another'), first)).toThrow(/raise API_VERSION/)
  },
)

test.each(['1.2.4', '1.3.0', '2.0.0', '1.10.0'])('OB4 one that has changed may be version %s', (version) => {
  expect(JSON.parse(digestText(document(version, 'another'), first))).toMatchObject({ version })
})
