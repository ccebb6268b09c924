/**
 * The manifest of functional parity: each critical point, how a person reads it in the console and on the classic page.
 * What one of the two does not say is no parity either: a point is named on both sides, or it is none.
 */
import type { Page } from 'playwright-core'
import { VERDICT_WORDS } from '#domain/health/verdict-words.ts'

export interface ParityPoint {
  readonly id: string
  /** What a person at night has to learn from either. */
  readonly asks: string
  readonly inConsole: (page: Page) => Promise<string>
  readonly inClassic: (page: Page) => Promise<string>
}

const afterTerm = (term: string) => async (page: Page) =>
  page
    .locator('dt', { hasText: new RegExp(`^${term}$`) })
    .locator('xpath=following-sibling::dd[1]')
    .innerText()

const underHeading = (heading: string) => async (page: Page) =>
  page
    .getByRole('heading', { name: heading, exact: true })
    .first()
    .locator('xpath=following-sibling::p[1]')
    .innerText()

/** Each is asked in every state that the gate brings about. */
export const PARITY_POINTS: readonly ParityPoint[] = [
  {
    id: 'level',
    asks: 'how bad is it',
    inConsole: async (page) => page.locator('section[aria-labelledby="verdict-headline"] .mark').innerText(),
    inClassic: async (page) => (await page.locator('h1').innerText()).split(':')[0] ?? '',
  },
  {
    id: 'verdict',
    asks: 'what is wrong',
    inConsole: async (page) =>
      (await page.locator('#verdict-headline').innerText()).replace(/^[^:]*:\s*/, ''),
    inClassic: async (page) => (await page.locator('h1').innerText()).replace(/^[^:]*:\s*/, ''),
  },
  {
    id: 'by-itself',
    asks: 'what will the machine do by itself',
    inConsole: underHeading(VERDICT_WORDS.byItself),
    inClassic: afterTerm('What it does by itself'),
  },
  {
    id: 'next-step',
    asks: 'what may be done next',
    inConsole: underHeading(VERDICT_WORDS.nextStep),
    inClassic: afterTerm('Next safe step'),
  },
  {
    id: 'policy',
    asks: 'what is self-healing allowed to do',
    inConsole: async (page) => page.locator('section[aria-labelledby="policy-heading"] .mark').innerText(),
    inClassic: async (page) => (await afterTerm('Restart policy')(page)).split(/[.,]/)[0] ?? '',
  },
  {
    id: 'budget',
    asks: 'how many restarts are left',
    inConsole: async (page) =>
      usedOf(await page.locator('section[aria-labelledby="policy-heading"] .count').first().innerText()),
    inClassic: async (page) => usedOf(await afterTerm('Restart policy')(page)),
  },
]

function usedOf(text: string): string {
  const [, used, all] = /(\d+) of (\d+)/.exec(text) ?? []
  return used === undefined ? text : `${used} of ${all}`
}

/** Spaces that a layout adds, and times that pass between two looks, are no difference. */
export function comparable(text: string): string {
  return text
    .replace(/\d+(\.\d+)? ?(s|min|h)\b/g, 'N s')
    .replace(/\s+/g, ' ')
    .trim()
}
