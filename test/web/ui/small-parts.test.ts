import { expect, test } from 'vitest'
import MetricValue from '#web/ui/MetricValue.vue'
import Notice from '#web/ui/Notice.vue'
import SlotMeter from '#web/ui/SlotMeter.vue'
import { expectAccessible, mount } from '../mount.ts'

test('a notice is its title and its sentence, in every tone', async () => {
  for (const tone of ['ok', 'busy', 'held', 'bad', 'unknown']) {
    const host = mount(Notice, {
      props: { title: 'A title.', tone, shape: 'disc' },
      slots: { default: () => 'A sentence.' },
    })
    expect(host.textContent.trim()).toBe('A title. A sentence.')
    await expectAccessible(host)
  }
})

test('a metric carries its exact value beside the text that people read', async () => {
  const host = mount(MetricValue, { props: { metric: 'pool.saturation', value: 0.4333 } })
  expect(host.textContent).toBe('43.33 %')
  expect(host.querySelector('data')?.value).toBe('0.4333')
  await expectAccessible(host)
})

test('slots show what is used of what there is; the words beside them say it', async () => {
  const host = mount(SlotMeter, { props: { used: 2, total: 3 } })
  expect(host.querySelectorAll('.slot')).toHaveLength(3)
  expect(host.querySelectorAll('.taken')).toHaveLength(2)
  await expectAccessible(host)
})

test('a large budget is left to the words', () => {
  const host = mount(SlotMeter, { props: { used: 2, total: 40 } })
  expect(host.querySelectorAll('.slot')).toHaveLength(0)
})
