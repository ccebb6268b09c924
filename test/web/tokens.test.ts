import '#web/tokens.css'
import { afterEach, expect, test } from 'vitest'

afterEach(() => {
  delete document.documentElement.dataset.theme
})

/** Text on plain and on hatched panels, which no checker of rendered pages can measure. */
const TEXT = ['text', 'muted', 'faint', 'ok', 'busy', 'held', 'bad', 'unknown']
const SURFACES = ['panel', 'hatch', 'surface', 'sunken']
const TONES = ['ok', 'busy', 'held', 'bad', 'unknown']
/** Their names stand beside charts in the same colours. */
const TRACES = ['trace', 'trace-2', 'trace-3', 'trace-4', 'trace-5']
const AA = 4.5

function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()
}

function luminance(hex: string): number {
  const channels = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
  const [red = 0, green = 0, blue = 0] = channels.map((c) =>
    c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4,
  )
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (high + 0.05) / (low + 0.05)
}

test.each(['light', 'dark'])('every text has AA contrast on every surface it can stand on: %s', (theme) => {
  document.documentElement.dataset.theme = theme
  const pairs = [
    ...[...TEXT, ...TRACES].flatMap((text) => SURFACES.map((surface) => [text, surface] as const)),
    ...TONES.map((tone) => [tone, `${tone}-surface`] as const),
  ]
  const weak = pairs.filter(([text, surface]) => contrast(token(text), token(surface)) < AA)
  expect(weak).toEqual([])
})

test('both ways to dark are the same dark', () => {
  document.documentElement.dataset.theme = 'dark'
  const chosen = [...TEXT, ...SURFACES, ...TRACES].map(token)
  const preferred = [...document.styleSheets]
    .flatMap((sheet) => [...sheet.cssRules])
    .find((rule) => rule instanceof CSSMediaRule && rule.conditionText.includes('dark'))
  const declared = preferred?.cssText ?? ''
  for (const colour of chosen) expect(declared.toLowerCase()).toContain(colour.toLowerCase())
})
