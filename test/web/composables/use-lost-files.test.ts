import { createPinia } from 'pinia'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { defineComponent, h, type Ref } from 'vue'
import { createMemoryHistory } from 'vue-router'
import { AGENT_API } from '#web/composables/use-agent-api.ts'
import { useLostFiles } from '#web/composables/use-lost-files.ts'
import { createConsoleRouter } from '#web/router.ts'
import { useRestartDesk } from '#web/stores/restart-desk.ts'
import { useSessionStore } from '#web/stores/session.ts'
import { takeUnsent } from '#web/unsent.ts'
import { OPERATOR } from '../console.ts'
import { mount } from '../mount.ts'

let went: string[]

beforeEach(() => {
  went = []
  sessionStorage.clear()
})
afterEach(() => sessionStorage.clear())

/** A tab as of a build; its session storage is the only thing that it shares with the one that it was before. */
function openTab({ build = 'index-1.js', isServed = true } = {}) {
  const pinia = createPinia()
  const router = createConsoleRouter({ history: createMemoryHistory(), isOut: () => false })
  let isIncomplete: Readonly<Ref<boolean>> | undefined
  const Tab = defineComponent(() => {
    ;({ isIncomplete } = useLostFiles({
      build,
      isServed: async () => isServed,
      load: (address) => went.push(address),
    }))
    return () => h('p')
  })
  mount(Tab, {
    prepare: (app) =>
      app
        .use(pinia)
        .use(router)
        .provide(AGENT_API, {} as never),
  })
  return { pinia, router, isIncomplete: () => isIncomplete?.value }
}

function lose(): Error {
  dispatchEvent(new Event('vite:preloadError'))
  return new Error('gone')
}

test('SH6 a lost file is mended by loading the tab anew, at the address it was on its way to', async () => {
  const { router, isIncomplete } = openTab()
  router.removeRoute('audit')
  // As the bundle does it: the loss is said, then the import fails.
  router.addRoute({ path: '/audit', component: () => Promise.reject(lose()) })
  await router.push('/audit').catch(() => undefined)
  await vi.waitFor(() => expect(went).toEqual(['/audit']))
  expect(isIncomplete()).toBe(false)
})

test('SH6 the same build is loaded anew once, and then the tab says what is wrong', async () => {
  openTab()
  lose()
  await vi.waitFor(() => expect(went).toHaveLength(1))
  const { isIncomplete } = openTab()
  lose()
  await vi.waitFor(() => expect(isIncomplete()).toBe(true))
  expect(went).toHaveLength(1)
})

test('SH6 two losses at the same time are one loading', async () => {
  openTab()
  lose()
  lose()
  await vi.waitFor(() => expect(went).toHaveLength(1))
  lose()
  expect(went).toHaveLength(1)
})

test('SH6 the next deploy is another build; two builds that take turns are no circle', async () => {
  const builds = ['index-1.js', 'index-2.js', 'index-1.js', 'index-2.js']
  for (const build of builds) {
    const { isIncomplete } = openTab({ build })
    const before = went.length
    lose()
    await vi.waitFor(() => expect(went.length > before || isIncomplete() === true).toBe(true))
  }
  expect(went).toHaveLength(2)
})

test('SH6 while no document is to be had the tab stays, and may try later', async () => {
  const { isIncomplete } = openTab({ isServed: false })
  lose()
  await vi.waitFor(() => expect(isIncomplete()).toBe(true))
  expect(went).toEqual([])
  openTab()
  lose()
  await vi.waitFor(() => expect(went).toHaveLength(1))
})

test('SH6 what was typed is kept for the one who typed it', async () => {
  const { pinia } = openTab()
  useSessionStore(pinia).settle({ kind: 'in', session: OPERATOR })
  useRestartDesk(pinia).reason = 'a deploy that takes'
  lose()
  await vi.waitFor(() => expect(went).toHaveLength(1))
  expect(takeUnsent(OPERATOR.user)).toMatchObject({ reason: 'a deploy that takes' })
})
