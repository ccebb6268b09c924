import { expect, test } from 'vitest'
import type { Traffic } from '#domain/schemas/traffic-file.ts'
import { failingShare } from '#domain/watchdog/failing-requests.ts'

const NOW = { wall: 0, monotonic: 100_000, boot: 'one' }
const counted = (...counts: [second: number, requests: number, errors: number][]): Traffic => ({
  boot: 'one',
  until: 99_500,
  seconds: counts.map(([second, requests, errors]) => ({ second, requests, errors })),
})

test('WD14 it is the share of those that failed', () => {
  expect(failingShare(counted([80, 60, 3], [81, 40, 7]), 70_000, NOW)).toBe(0.1)
})

test('WD14 a second of which a part lies outside does not count', () => {
  const traffic = counted([80, 100, 100], [81, 100, 0], [99, 100, 100])
  expect(failingShare(traffic, 80_001, NOW)).toBe(0)
  expect(failingShare(traffic, 80_000, NOW)).toBe(0.5)
})

test('WD14 more failures than requests, as a liar may count them, are all of them', () => {
  expect(failingShare(counted([80, 20, 40]), 0, NOW)).toBe(1)
})

test.each<[title: string, traffic: Traffic | null, now?: Partial<typeof NOW>]>([
  ['of too few requests', counted([80, 19, 19])],
  ['of none', counted()],
  ['where nobody counts', null],
  ['of another boot', counted([80, 100, 1]), { boot: 'two' }],
  ['of an agent that fell silent', counted([80, 100, 1]), { monotonic: 104_500 }],
  ['of a time that is still to come', counted([80, 100, 1]), { monotonic: 99_000 }],
])('WD14 nothing is known %s', (_title, traffic, now = {}) => {
  expect(failingShare(traffic, 0, { ...NOW, ...now })).toBeNull()
})
