/** SH3: every combination of files, against the rule said a second time and in another way. */
import { describe, expect, test } from 'vitest'
import {
  holdsOf,
  navigationState,
  readExplanation,
  releasePlan,
  SWITCH_SOURCES,
  switchableRoute,
  switchFileName,
  unexplained,
  type SwitchFile,
  type SwitchSource,
} from '#domain/navigation/kill-switch.ts'
import { NAVIGATION, type RouteId } from '#domain/navigation/manifest.ts'

const there = (source: SwitchSource): SwitchFile => ({ ...source, ...unexplained(null) })
const TARGETS: readonly (RouteId | null)[] = [null, ...NAVIGATION.map(({ id }) => id)]

/** All 256 combinations of the eight files that can have a say on one route. */
function* combinationsFor(route: RouteId): Generator<SwitchFile[]> {
  const sources = SWITCH_SOURCES.filter((source) => source.route === null || source.route === route)
  expect(sources).toHaveLength(8)
  for (let mask = 0; mask < 2 ** sources.length; mask += 1) {
    yield sources.filter((_, i) => (mask & (1 << i)) !== 0).map(there)
  }
}

test('SH3 the files have the promised names', () => {
  expect([
    ...new Set(SWITCH_SOURCES.filter(({ route }) => route === null || route === 'audit').map(switchFileName)),
  ]).toEqual([
    'navigation.off',
    'navigation.off.d/audit',
    'navigation.off.runtime',
    'navigation.off.runtime.d/audit',
  ])
})

describe.each(NAVIGATION.map(({ id }) => id))('SH3 all combinations of files for %s', (id) => {
  test('engaged anywhere wins, and nothing else engages', () => {
    for (const present of combinationsFor(id)) {
      const state = navigationState(present)
      expect(state.engaged).toBe(present.some(({ route }) => route === null))
      for (const route of state.routes) {
        expect(route.engaged).toBe(present.some((file) => file.route === null || file.route === route.id))
        expect(route.engaged).toBe(route.by.length > 0)
      }
    }
  })

  test('a release takes away what is its own and of that scope, and names exactly what still holds', () => {
    for (const present of combinationsFor(id)) {
      for (const route of TARGETS) {
        for (const releaser of ['host', 'console'] as const) {
          const { remove, holds } = releasePlan(present, { route, releaser })
          const left = present.filter((file) => !remove.includes(file))
          expect(remove.every((file) => file.route === route)).toBe(true)
          if (releaser === 'console') expect(remove.every(({ kind }) => kind === 'runtime')).toBe(true)
          else expect(left.some((file) => file.route === route)).toBe(false)
          expect(holds).toEqual(holdsOf(left, route))
        }
      }
    }
  })

  test('one more file never puts anything back into service', () => {
    for (const present of combinationsFor(id)) {
      const before = navigationState(present)
      for (const source of SWITCH_SOURCES) {
        const after = navigationState([...present, there(source)])
        expect(after.engaged || !before.engaged).toBe(true)
        for (const [i, route] of before.routes.entries()) {
          expect(after.routes[i]?.engaged === true || !route.engaged).toBe(true)
        }
      }
    }
  })
})

test('SH3 a route is named by its id or its path', () => {
  expect([switchableRoute('audit'), switchableRoute('/audit'), switchableRoute('/')]).toEqual([
    'audit',
    'audit',
    'overview',
  ])
  expect([switchableRoute('../audit'), switchableRoute(''), switchableRoute('nowhere')]).toEqual([
    null,
    null,
    null,
  ])
})

test('SH3 what the file says is explanation: cleaned of what could mislead, and missed with a diagnostic', () => {
  expect(readExplanation('{"reason":"broken\\u202e chart","by":"user:ops","at":7}')).toEqual({
    reason: 'broken  chart',
    by: 'user:ops',
    at: 7,
    diagnostic: null,
  })
  expect(readExplanation('')).toMatchObject({ reason: null, diagnostic: null })
  for (const corrupt of ['{"reason":"bro', 'off', '[]', '{"reason":1,"by":"x","at":0}']) {
    expect(readExplanation(corrupt)).toMatchObject({
      reason: null,
      diagnostic: expect.stringContaining('JSON'),
    })
  }
})
