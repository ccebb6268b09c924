import { createPinia } from 'pinia'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { defineComponent, h, nextTick } from 'vue'
import type { Health } from '#domain/schemas/health.ts'
import type { UnsentBody } from '#domain/schemas/unsent-api.ts'
import { readHealth } from '#web/api/health-reading.ts'
import { useKillSwitch } from '#web/composables/use-kill-switch.ts'
import { AGENT_API } from '#web/composables/use-agent-api.ts'
import { useHealthStore } from '#web/stores/health.ts'
import { useOperatorWords } from '#web/stores/operator-words.ts'
import { useRestartDesk } from '#web/stores/restart-desk.ts'
import { useSessionStore } from '#web/stores/session.ts'
import { OPERATOR } from '../console.ts'
import { mount } from '../mount.ts'
import { sampleHealth } from '../sample-health.ts'

let went: string[]
let said: string[]
let handedOver: UnsentBody[]
let agent: 'answers' | 'refuses'

beforeEach(() => {
  went = []
  said = []
  handedOver = []
  agent = 'answers'
  sessionStorage.clear()
})
afterEach(() => sessionStorage.clear())

/** A tab of its own: what it has in memory is gone with it, its session storage is not. */
function openTab(user: string | null = OPERATOR.user) {
  const pinia = createPinia()
  const leaving = { reload: () => went.push('reload'), toClassic: () => went.push('classic') }
  const view = new EventTarget()
  const api = {
    left: (end: string) => said.push(end),
    handOver: async (texts: UnsentBody) => {
      handedOver.push(texts)
      expect(went, 'it waits for the agent').toEqual([])
      if (agent === 'refuses') throw new Error('refused')
    },
  } as never
  const Tab = defineComponent(() => {
    const { isLeaving } = useKillSwitch(leaving, view)
    return () => h('p', isLeaving.value ? 'leaving' : 'the console')
  })
  const element = mount(Tab, { prepare: (app) => app.use(pinia).provide(AGENT_API, api) })
  if (user !== null) {
    useSessionStore(pinia).settle({ kind: 'in', session: { ...OPERATOR, user } })
  }
  const hear = async (changes: Partial<Health>) => {
    const value = readHealth(sampleHealth(changes))
    useHealthStore(pinia).accept({ kind: 'live', value, readAt: Date.now() })
    await nextTick()
  }
  const hide = () => view.dispatchEvent(new Event('pagehide'))
  return { element, hide, desk: useRestartDesk(pinia), words: useOperatorWords(pinia), hear }
}

test('SH3 a tab stays while the console is in service, and where nobody speaks of a switch', async () => {
  const { hear } = openTab()
  await hear({ navigation: { engaged: false } })
  await hear({})
  expect(went).toEqual([])
})

test('SH3 it leaves as soon as it hears that the console is out of service, signed in or not', async () => {
  await openTab().hear({ navigation: { engaged: true } })
  expect(went).toEqual(['reload'])
})

test('SH3 the console is gone at once, before the page is', async () => {
  const { element, hear } = openTab()
  expect(element.textContent).toBe('the console')
  await hear({ navigation: { engaged: true } })
  expect(element.textContent).toBe('leaving')
})

test('SH3 signed out it leaves as well', async () => {
  await openTab(null).hear({ navigation: { engaged: true } })
  expect(went).toEqual(['reload'])
})

test('SH3 where the console comes back all the same, it goes to the classic page, and not round and round', async () => {
  await openTab().hear({ navigation: { engaged: true } })
  await openTab().hear({ navigation: { engaged: true } })
  expect(went).toEqual(['reload', 'classic'])
})

test('SH3 what was typed and not sent is there again when the tab comes back', async () => {
  const before = openTab()
  before.desk.reason = 'the pool has been full for'
  before.desk.typedName = 'repor'
  before.words.reasons.pause = 'deploy of'
  await before.hear({ navigation: { engaged: true } })
  const after = openTab()
  await nextTick()
  expect(after.desk.reason).toBe('the pool has been full for')
  expect(after.desk.typedName).toBe('repor')
  expect(after.desk.isOverriding).toBe(true)
  expect(after.words.reasons).toEqual({ release: '', pause: 'deploy of', resume: '' })
})

test('SH3 it is handed over to the classic page’s forms, before the tab goes', async () => {
  const { desk, words, hear } = openTab()
  desk.reason = 'x'.repeat(3000)
  words.reasons.pause = 'deploy of'
  await hear({ navigation: { engaged: true } })
  expect(handedOver).toEqual([{ override_reason: 'x'.repeat(2000), pause_reason: 'deploy of' }])
  await vi.waitFor(() => expect(went).toEqual(['reload']))
})

test('SH3 where the agent does not take it, the tab leaves all the same', async () => {
  agent = 'refuses'
  const { desk, hear } = openTab()
  desk.reason = 'the pool has been full for'
  await hear({ navigation: { engaged: true } })
  await vi.waitFor(() => expect(went).toEqual(['reload']))
})

test('SH3 nothing is handed over of what was not typed', async () => {
  await openTab().hear({ navigation: { engaged: true } })
  expect(handedOver).toEqual([])
})

test('SH3 it is given to nobody else, and then is gone', async () => {
  const before = openTab()
  before.desk.reason = 'mine alone'
  await before.hear({ navigation: { engaged: true } })
  const other = openTab('somebody else')
  await nextTick()
  expect(other.desk.reason).toBe('')
  const again = openTab()
  await nextTick()
  expect(again.desk.reason).toBe('')
})

test('BI1 whatever else lies in the storage is as if it were not there', async () => {
  sessionStorage.setItem('holdfast:unsent', '{"owner":"ops","texts":{"reason":7}')
  const { desk } = openTab()
  await nextTick()
  expect(desk.reason).toBe('')
})

test('SH6 the agent is told when the page goes, not when it means to, and why', async () => {
  const { hear, hide } = openTab()
  await hear({ navigation: { engaged: true } })
  expect([went, said]).toEqual([['reload'], []])
  hide()
  expect(said).toEqual(['obeyed'])
})

test('SH6 whoever closes the tab has not obeyed', () => {
  openTab().hide()
  expect(said).toEqual(['closed'])
})
