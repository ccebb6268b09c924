import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { lineDiff } from '#domain/contract/line-diff.ts'

const text = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('')

test.each([
  ['nothing changes', 'a\nb\n', 'a\nb\n', []],
  ['no file yet', null, 'a\n', ['+a']],
  ['one line of three', 'a\nb\nc\n', 'a\nx\nc\n', [' a', '-b', '+x', ' c']],
  ['a line more', 'a\nc\n', 'a\nb\nc\n', [' a', '+b', ' c']],
  ['far apart', text([...'abcdefghij']), text([...'abcdefghiX']), [' …', ' g', ' h', ' i', '-j', '+X']],
])('SD1 the difference: %s', (_, before, after, expected) => {
  expect(lineDiff(before, after)).toEqual(expected)
})

test('SD1 what is taken out and put in leads from the one text to the other', () => {
  const lines = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 12 })
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const diff = lineDiff(text(before), text(after))
      const count = (mark: string) => diff.filter((line) => line.startsWith(mark)).length
      expect(before.length - count('-') + count('+')).toBe(after.length)
      expect(diff.length === 0).toBe(text(before) === text(after))
    }),
  )
})
