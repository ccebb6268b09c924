import { expect, test } from 'vitest'
import { DRAWERS, NAVIGATION } from '#domain/navigation/manifest.ts'

test('SH1 every page has its own id, path and title, and a drawer that exists', () => {
  for (const key of ['id', 'path', 'title'] as const) {
    expect(new Set(NAVIGATION.map((entry) => entry[key])).size).toBe(NAVIGATION.length)
  }
  expect(NAVIGATION.every(({ drawer }) => drawer in DRAWERS)).toBe(true)
})

test('SH1 a path has one segment, so that the console works under any prefix', () => {
  expect(NAVIGATION.filter(({ path }) => !/^\/[a-z-]*$/.test(path))).toEqual([])
})
