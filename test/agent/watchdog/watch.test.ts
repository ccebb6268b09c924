/** What ends a watchdog's life, and what does not. */
import { expect, test } from 'vitest'
import { HoldfastProblem } from '#domain/problems.ts'
import { watch } from '#agent/watchdog/watch.ts'
import { RULES, SimulatedWorld } from './simulated-world.ts'

test('WD9 what an operator says while it rests is read at once, and it rests on', async () => {
  const simulated = new SimulatedWorld()
  const world = simulated.world()
  const seen: string[] = []
  const ends = ['nudged', 'over'] as const
  let pauses = 0
  await watch({
    rules: RULES,
    openJournal: () => ({ ...world.journal, retry: async () => undefined, close: async () => undefined }),
    openOperators: () => ({
      read: (after, limit) => {
        seen.push('operators')
        return world.operators.read(after, limit)
      },
      mark: () => null,
      close: async () => undefined,
    }),
    takeOverOperators: async () => undefined,
    attend: () => ({ looked: () => seen.push('looked'), close: () => undefined }),
    openWorld: ({ operators }) => ({ ...world, operators }),
    stopReason: () => (pauses === 2 ? 'asked to' : null),
    pause: async () => {
      seen.push('rests')
      return ends[pauses++] ?? 'over'
    },
    tell: async () => undefined,
    log: () => undefined,
  })
  const once = seen.filter((what, index) => what !== seen[index - 1])
  expect(once.slice(once.indexOf('looked'))).toEqual(['looked', 'rests', 'operators', 'rests'])
})

test('WD9 a full disk does not end the watchdog, though it cannot even say so', async () => {
  const simulated = new SimulatedWorld()
  const world = simulated.world()
  let isFull = true
  let pauses = 0
  await watch({
    rules: RULES,
    openJournal: () => {
      if (isFull) throw new HoldfastProblem('state_unwritable', 'full')
      return { ...world.journal, retry: async () => undefined, close: async () => undefined }
    },
    openOperators: () => ({ ...world.operators, close: async () => undefined }),
    takeOverOperators: async () => undefined,
    attend: () => ({ looked: () => undefined, close: () => undefined }),
    openWorld: () => world,
    stopReason: () => (pauses > 2 ? 'asked to' : null),
    pause: async () => {
      pauses += 1
      isFull = false
      return 'over'
    },
    tell: async () => {
      throw new Error('ENOSPC')
    },
    log: () => undefined,
  })
  expect(simulated.events('watchdog_stopped')).toMatchObject([{ reason: 'asked to' }])
})
