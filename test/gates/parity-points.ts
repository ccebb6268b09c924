/**
 * The manifest of functional parity: each critical point, how a person reads it in the console and on the classic page.
 * What one of the two does not say is no parity either: a point is named on both sides, or it is none.
 */
import type { Page } from 'playwright-core'
import type { Role } from '#domain/access/roles.ts'
import { VERDICT_WORDS } from '#domain/health/verdict-words.ts'
import type { RouteId } from '#domain/navigation/manifest.ts'
import { SWITCH_WORDS } from '#domain/navigation/switch-words.ts'
import { BARRED_WORDS, PAUSE_WORDS, PLAIN_WORDS, RELEASE_WORDS } from '#domain/policy/act-words.ts'
import type { GateFinding } from '#domain/release/gate-report.ts'

export interface ParityPoint {
  readonly id: string
  /** The page on which it is read; on either side the one that a person opens first where it is not said. */
  readonly page?: RouteId
  /** What a person at night has to learn from either. */
  readonly asks: string
  readonly inConsole: (page: Page) => Promise<string>
  readonly inClassic: (page: Page) => Promise<string>
}

/** What is not there is said soon: the gate looks again by itself. */
const LOOK = { timeout: 2000 }

const afterTerm = (term: string) => async (page: Page) =>
  page
    .locator('dt', { hasText: new RegExp(`^${term}$`) })
    .locator('xpath=following-sibling::dd[1]')
    .innerText(LOOK)

const underHeading = (heading: string) => async (page: Page) =>
  page
    .getByRole('heading', { name: heading, exact: true })
    .first()
    .locator('xpath=following-sibling::p[1]')
    .innerText(LOOK)

/** Each is asked in every state that the gate brings about. */
export const PARITY_POINTS: readonly ParityPoint[] = [
  {
    id: 'level',
    asks: 'how bad is it',
    inConsole: async (page) =>
      page.locator('section[aria-labelledby="verdict-headline"] .mark').innerText(LOOK),
    inClassic: async (page) => (await page.locator('h1').innerText(LOOK)).split(':')[0] ?? '',
  },
  {
    id: 'verdict',
    asks: 'what is wrong',
    inConsole: async (page) =>
      (await page.locator('#verdict-headline').innerText(LOOK)).replace(/^[^:]*:\s*/, ''),
    inClassic: async (page) => (await page.locator('h1').innerText(LOOK)).replace(/^[^:]*:\s*/, ''),
  },
  {
    id: 'by-itself',
    asks: 'what will the machine do by itself',
    inConsole: underHeading(VERDICT_WORDS.byItself),
    inClassic: afterTerm(VERDICT_WORDS.byItself),
  },
  {
    id: 'next-step',
    asks: 'what may be done next',
    inConsole: underHeading(VERDICT_WORDS.nextStep),
    inClassic: afterTerm(VERDICT_WORDS.nextStep),
  },
  {
    id: 'policy',
    asks: 'what is self-healing allowed to do',
    inConsole: async (page) =>
      page.locator('section[aria-labelledby="policy-heading"] .mark').innerText(LOOK),
    inClassic: async (page) => (await afterTerm('Restart policy')(page)).split(/[.,]/)[0] ?? '',
  },
  {
    id: 'budget',
    asks: 'how many restarts are left',
    inConsole: async (page) =>
      usedOf(await page.locator('section[aria-labelledby="policy-heading"] .count').first().innerText(LOOK)),
    inClassic: async (page) => usedOf(await afterTerm('Restart policy')(page)),
  },
]

function usedOf(text: string): string {
  const [, used, all] = /(\d+) of (\d+)/.exec(text) ?? []
  return used === undefined ? text : `${used} of ${all}`
}

/** What somebody with that role may do: each is asked of either page in every state, and of every role. */
export const ACTION_POINTS: readonly ParityPoint[] = [
  {
    id: 'restart',
    page: 'restart',
    asks: 'would a restart go ahead',
    inConsole: async (page) => goesAhead(await page.locator('#main .verdict .mark').first().innerText(LOOK)),
    inClassic: async (page) => goesAhead(await underHeading('Restart')(page)),
  },
  {
    id: 'rungs',
    page: 'restart',
    asks: 'which restarts are offered',
    inConsole: (page) => rungsIn(page, '#main fieldset'),
    inClassic: (page) => rungsIn(page, 'form[action$="classic/restart"]'),
  },
  {
    id: 'words',
    page: 'watchdog',
    asks: 'what may be said to the watchdog',
    inConsole: (page) => actsOn(page, WATCHDOG_ACTS, 'button'),
    inClassic: (page) => actsOn(page, WATCHDOG_ACTS, 'button'),
  },
  {
    id: 'switch',
    page: 'navigation',
    asks: 'what may be done with the console itself',
    inConsole: (page) => actsOn(page, SWITCH_ACTS, 'button'),
    inClassic: (page) => actsOn(page, SWITCH_ACTS, 'select[name="way"] option'),
  },
]

const WATCHDOG_ACTS = [RELEASE_WORDS.button, PAUSE_WORDS.button, PAUSE_WORDS.resume]
const SWITCH_ACTS = [SWITCH_WORDS.engage, SWITCH_WORDS.release]

function goesAhead(text: string): string {
  return [PLAIN_WORDS.allowed, PLAIN_WORDS.blocked].find((one) => text.startsWith(one)) ?? text
}

async function rungsIn(page: Page, place: string): Promise<string> {
  const rungs = page.locator(`${place} input[type="radio"]`)
  const read = await rungs.evaluateAll((all) =>
    all.map(
      (one) => `${(one as HTMLInputElement).value} ${(one as HTMLInputElement).disabled ? 'no' : 'yes'}`,
    ),
  )
  return read.join(', ') || NOTHING
}

async function actsOn(page: Page, known: readonly string[], place: string): Promise<string> {
  const texts = await page.locator(place).allInnerTexts()
  return known.filter((act) => texts.some((text) => text.trim() === act)).join(', ') || NOTHING
}

const NOTHING = 'nothing'

/** A role that may look is told so, wherever the console or the classic page would let somebody act. */
export function barPoint(page: RouteId, role: Role): ParityPoint {
  const read = async (one: Page) =>
    (await one.getByText(BARRED_WORDS.role(role)).count()) > 0 ? `a ${role} may look` : `a ${role} may act`
  return { id: `role-${page}`, page, asks: 'who may act', inConsole: read, inClassic: read }
}

export interface Pair {
  readonly console: string
  readonly classic: string
}

export function agrees(pair: Pair): boolean {
  return pair.console !== '' && comparable(pair.console) === comparable(pair.classic)
}

/** `where`: state and role in which both were read. null: they say the same. */
export function judgePoint(
  where: string,
  { asks }: Pick<ParityPoint, 'asks'>,
  pair: Pair,
): GateFinding | null {
  if (agrees(pair)) return null
  const message = `${where}: ${asks}? The console says "${pair.console}", the classic page "${pair.classic}"`
  return { code: 'parity_broken', message, mend: 'compare the page with /classic in that state' }
}

/** Spaces that a layout adds, and times that pass between two looks, are no difference. */
export function comparable(text: string): string {
  return text
    .replace(/\d+(\.\d+)? ?(s|min|h)\b/g, 'N s')
    .replace(/\s+/g, ' ')
    .trim()
}
