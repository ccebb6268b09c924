import { expect, test } from 'vitest'
import { page } from 'vitest/browser'
import ProbeStrip from '#web/ui/ProbeStrip.vue'
import Sparkline from '#web/ui/Sparkline.vue'
import { expectAccessible, mount } from '../mount.ts'

const top = { value: 4, label: '4 /s' }

function strokesOf(host: HTMLElement) {
  return [...host.querySelectorAll('.trace')].map((path) => path.getAttribute('d') ?? '')
}

test('IN3 a gap is a gap: the line is broken there, and so is the ground under it', async () => {
  const host = mount(Sparkline, { props: { series: [1, 2, null, 3, 4], label: 'Rate', top } })
  await expect.element(page.getByRole('img', { name: 'Rate' })).toBeVisible()
  expect(strokesOf(host)).toHaveLength(2)
  expect(host.querySelector('.ground')?.getAttribute('d')?.match(/M/g)).toHaveLength(4)
  await expectAccessible(host)
})

test('a lone value is drawn too', () => {
  const host = mount(Sparkline, { props: { series: [null, 2, null], label: 'Rate', top } })
  expect(strokesOf(host)).toEqual(['M1.5 22.00m-.4 0h.8'])
})

test('zeros lie on the ground, also when there is nothing else', () => {
  const host = mount(Sparkline, { props: { series: [0, 0], label: 'Rate', top: { value: 0, label: '' } } })
  expect(strokesOf(host)).toEqual(['M0.5 41.00L1.5 41.00'])
})

test('a threshold is drawn and named at its line', async () => {
  const host = mount(Sparkline, {
    props: {
      series: [0.5],
      label: 'Saturation',
      top: { value: 1, label: '' },
      threshold: { value: 0.9, label: '90 %' },
    },
  })
  expect(host.querySelector('.threshold')).not.toBeNull()
  expect(host.textContent).toContain('90 %')
  await expectAccessible(host)
})

test('probes differ in height, not only in colour; no probe draws nothing', async () => {
  const host = mount(ProbeStrip, { props: { marks: ['ok', 'degraded', 'failed', null], label: 'Probes' } })
  const heights = [...host.querySelectorAll('path')].map((path) => path.getBBox().height)
  expect(heights).toHaveLength(3)
  expect(new Set(heights).size).toBe(3)
  await expect.element(page.getByRole('img', { name: 'Probes' })).toBeVisible()
  await expectAccessible(host)
})

test('each probe is drawn in its place, and an hour of them takes no more elements than one', () => {
  const marks = Array.from({ length: 120 }, (_, i) => (i === 7 ? 'failed' : 'ok'))
  const host = mount(ProbeStrip, { props: { marks, label: 'Probes' } })
  expect(host.querySelectorAll('svg *')).toHaveLength(3)
  const boxOf = (kind: string) => host.querySelector<SVGPathElement>(`.${kind}`)?.getBBox()
  expect(boxOf('failed')).toMatchObject({ x: expect.closeTo(7.03), width: expect.closeTo(0.94) })
  expect(boxOf('ok')).toMatchObject({ x: expect.closeTo(0.03), width: expect.closeTo(119.94) })
})
