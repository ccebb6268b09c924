import { createPinia, type Pinia } from 'pinia'
import { beforeEach, expect, test } from 'vitest'
import { messages } from '#web/messages.ts'
import { useRestartDesk } from '#web/stores/restart-desk.ts'

const WISH = { rung: 'reload', override: null } as const

let pinia: Pinia
beforeEach(() => {
  pinia = createPinia()
})

test('what was typed waits for its author, and does not pass to somebody else', () => {
  const desk = useRestartDesk(pinia)
  desk.keepFor('ops')
  desk.reason = 'the pool is stuck'
  desk.begin(WISH, 'v')
  desk.failed(messages.problems.noAnswer)
  desk.keepFor('ops')
  expect(desk.reason).toBe('the pool is stuck')
  expect(desk.asking.kind).toBe('unanswered')
  desk.keepFor('kim')
  expect(desk.reason).toBe('')
  expect(desk.asking.kind).toBe('idle')
  expect(desk.intention).toBeNull()
})

test('WD17 an answer that settles it ends the key; none keeps it', () => {
  const desk = useRestartDesk(pinia)
  const first = desk.begin(WISH, 'v')?.key
  desk.failed(messages.problems.noAnswer)
  expect(desk.begin(WISH, 'v')?.key).toBe(first)
  desk.failed({ code: 'watchdog_not_running', title: '', detail: '' })
  const second = desk.begin(WISH, 'v')?.key
  expect(second).not.toBe(first)
  desk.accepted('id', 0)
  expect(desk.begin(WISH, 'v')?.key).not.toBe(second)
})

test('a request that is on record uses up what was typed for it; a refusal keeps it', () => {
  const desk = useRestartDesk(pinia)
  desk.reason = 'the pool is stuck'
  desk.begin(WISH, 'v')
  desk.failed({ code: 'stale_view', title: '', detail: '' })
  expect(desk.reason).toBe('the pool is stuck')
  desk.begin(WISH, 'v')
  desk.accepted('id', 0)
  expect(desk.reason).toBe('')
})
