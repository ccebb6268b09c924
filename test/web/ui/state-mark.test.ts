import { expect, test } from 'vitest'
import { POLICY_STATES } from '#domain/schemas/health.ts'
import { observeMessages } from '#web/messages-observe.ts'
import { SHAPES } from '#web/ui/look.ts'
import PolicyBadge from '#web/ui/PolicyBadge.vue'
import StateMark from '#web/ui/StateMark.vue'
import { VERDICT_LOOKS } from '#web/ui/verdict-look.ts'
import { expectAccessible, mount } from '../mount.ts'

test('a state is a word and a shape; the tone only repeats it', async () => {
  const host = mount(StateMark, { props: { tone: 'held', shape: 'triangle', word: 'Degraded' } })
  expect(host.textContent.trim()).toBe('Degraded')
  expect(host.querySelector('path')?.getAttribute('d')).toBe(SHAPES.triangle)
  await expectAccessible(host)
})

test('no two verdicts share a shape or a word: the page reads in greyscale', () => {
  const looks = Object.values(VERDICT_LOOKS)
  expect(new Set(looks.map(({ shape }) => shape)).size).toBe(looks.length)
  expect(new Set(looks.map(({ word }) => word)).size).toBe(looks.length)
})

test('each policy state has its own shape and its own words', async () => {
  const hosts = POLICY_STATES.map((state) => mount(PolicyBadge, { props: { state } }))
  expect(hosts.map((host) => host.textContent.trim())).toEqual(
    POLICY_STATES.map((state) => observeMessages.policyStates[state]),
  )
  expect(new Set(hosts.map((host) => host.querySelector('path')?.getAttribute('d'))).size).toBe(
    POLICY_STATES.length,
  )
  for (const host of hosts) await expectAccessible(host)
})
