import { createPinia, type Pinia } from 'pinia'
import { beforeEach, expect, test } from 'vitest'
import { useSignInStore } from '#web/stores/sign-in.ts'

const NOW = Date.UTC(2026, 1, 8, 3, 14, 15)
const why = { title: 'of the agent', detail: 'of the agent' }

let pinia: Pinia
beforeEach(() => {
  pinia = createPinia()
})

test('a wrong password may be followed by the right one at once, however late the page’s clock is', () => {
  const signIn = useSignInStore(pinia)
  signIn.refused({ ...why, code: 'sign_in_refused' } as never, NOW)
  expect(signIn.nextAt).toBe(0)
})

test('where the agent slows down, the next try is possible when it says', () => {
  const signIn = useSignInStore(pinia)
  signIn.refused({ ...why, code: 'sign_in_slowed', retryAfterMs: 4000 } as never, NOW)
  expect(signIn.nextAt).toBe(NOW + 4000)
})
