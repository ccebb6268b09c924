import { expect, test } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { METRICS } from '#domain/metrics/contract.ts'
import { messages } from '#web/messages.ts'
import { observeMessages } from '#web/messages-observe.ts'
import Figure from '#web/ui/Figure.vue'
import FigurePlace from '#web/ui/FigurePlace.vue'
import type { Reading } from '#web/ui/reading.ts'
import { expectAccessible, mount } from '../mount.ts'

function mountFigure(reading: Reading, metric = 'request.error_ratio') {
  return mount(Figure, { props: { metric, reading }, slots: { note: () => 'the note' } })
}

function valueOf(host: HTMLElement, metric = 'request.error_ratio') {
  return host.querySelector<HTMLDataElement>(`[data-metric="${metric}"]`)
}

test('SH2 a live figure has value, unit, and the age of its data', async () => {
  const host = mountFigure({ kind: 'live', value: 0.113, ageMs: 400 })
  const region = page.getByRole('region', { name: 'Error ratio' })
  await expect.element(region).toBeVisible()
  expect(host.textContent).toContain('11.30 %')
  expect(host.textContent).toContain('0.4 s old')
  expect(host.textContent).toContain('the note')
  expect(valueOf(host)?.value).toBe('0.113')
  await expectAccessible(host)
})

test.each<[string, Reading, boolean]>([
  ['live', { kind: 'live', value: 0.113, ageMs: 400 }, true],
  ['still loading', { kind: 'loading' }, false],
  ['stale', { kind: 'stale', value: 0.5, ageMs: 42_000, why: 'agent not answering' }, false],
])('a figure that is %s is marked as a live row, or is not', (_, reading, isLive) => {
  expect(mountFigure(reading).querySelector('[data-live-row]') !== null).toBe(isLive)
})

test.each([360, 1280])('SH2 nothing moves at %d px when a figure comes to its place', async (width) => {
  await page.viewport(width, 720)
  const heightOf = (host: HTMLElement) => host.firstElementChild?.getBoundingClientRect().height
  const place = heightOf(mount(FigurePlace))
  expect(place).toBeGreaterThan(0)
  expect(heightOf(mountFigure({ kind: 'loading' }))).toBe(place)
})

test('FC4 zero is a value', () => {
  const host = mountFigure({ kind: 'live', value: 0, ageMs: 0 })
  expect(valueOf(host)?.textContent).toBe('0')
  expect(host.textContent).not.toContain(messages.none)
})

test('FC4 what cannot be known is a dash with its reason', async () => {
  const host = mountFigure({ kind: 'live', value: null, ageMs: 0 })
  expect(valueOf(host)?.textContent).toBe(messages.none)
  expect(host.textContent).toContain(METRICS['request.error_ratio'].emptyReason)
  await expectAccessible(host)
})

test('SH2 a stale figure keeps its value, says how old it is and why', async () => {
  const host = mountFigure({
    kind: 'stale',
    value: 0.5,
    ageMs: 42_000,
    why: 'agent not answering, trying now',
  })
  expect(valueOf(host)?.textContent).toBe('50')
  expect(host.textContent).toContain('42 s old')
  expect(host.textContent).toContain('agent not answering, trying now')
  await expectAccessible(host)
})

test('a failed figure says why, and shows no value', async () => {
  const host = mountFigure({ kind: 'failed', why: 'Cannot be read: pool.t' })
  expect(valueOf(host)?.textContent).toBe(messages.none)
  expect(host.textContent).toContain('Cannot be read: pool.t')
  expect(host.textContent).not.toContain('old')
  await expectAccessible(host)
})

test('a figure keeps its height from loading to live', () => {
  const loading = mountFigure({ kind: 'loading' })
  const live = mountFigure({ kind: 'live', value: 0.113, ageMs: 400 })
  expect(loading.offsetHeight).toBe(live.offsetHeight)
})

test('FC2 "How is this computed?" tells the contract, and Escape closes it', async () => {
  const host = mountFigure({ kind: 'live', value: 0.113, ageMs: 400 })
  const button = page.getByRole('button', { name: observeMessages.figures.how('Error ratio') })
  const formula = page.getByText(METRICS['request.error_ratio'].formula)
  await expect.element(formula).not.toBeVisible()
  await button.click()
  await expect.element(button).toHaveAttribute('aria-expanded', 'true')
  await expect.element(formula).toBeVisible()
  await expectAccessible(host)
  await userEvent.keyboard('{Escape}')
  await expect.element(formula).not.toBeVisible()
  await expect.element(button).toHaveFocus()
})
