/**
 * Gate: what the console says of the critical points, and lets somebody do, is what the classic page says and lets them do:
 * in calm, in an incident that really happens, after a restart, paused, and to somebody who may only look. Each critical
 * route opens in a real browser, and the way between the two is open in both directions.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { NAVIGATION, type RouteId } from '#domain/navigation/manifest.ts'
import type { Scenario } from '#domain/schemas/demonstration.ts'
import { watchPage } from '../support/browser.ts'
import { signedInState } from '../support/signed-in.ts'
import { until } from '../support/until.ts'
import { printGate, type Look } from './gate.ts'
import {
  ACTION_POINTS,
  agrees,
  barPoint,
  judgePoint,
  PARITY_POINTS,
  type Pair,
  type ParityPoint,
} from './parity-points.ts'
import { settled, Sides } from './sides.ts'
import { onStage, withBrowser, type Stage } from './stage.ts'

/** One after the other, each by what an operator or a dependency does; none is undone. */
const STATES: readonly { readonly name: string; readonly reach: (stage: Stage) => Promise<unknown> }[] = [
  { name: 'calm', reach: (stage) => toScenario(stage, 'calm', null) },
  { name: 'after a restart', reach: ({ command }) => command('restart') },
  { name: 'paused', reach: ({ command }) => command('pause', '--reason', 'functional parity') },
  {
    name: 'dependency-down',
    // With the reason that its health gives once it has really come about.
    reach: (stage) => toScenario(stage, 'dependency-down', 'circuit_open'),
  },
]
/** Where somebody can act. */
const ACTING: readonly RouteId[] = ['restart', 'watchdog', 'navigation']
const COMES_ABOUT_MS = 30_000
/** Both pages show one and the same moment within a few looks, or they do not agree. */
const LOOKS = 12
const BETWEEN_LOOKS_MS = 500

await printGate(async (look) => {
  await onStage((stage) =>
    withBrowser(async (browser) => {
      const context = await signedIn(browser, stage.url)
      await lookAtRoutes(look, context, stage)
      await lookAtRole(look, browser, stage)
      const sides = new Sides(context, stage.url)
      for (const { name, reach } of STATES) {
        await reach(stage)
        const points = [...PARITY_POINTS, ...ACTION_POINTS]
        await lookAtPoints(look, sides, { where: name, points })
      }
      await lookAtTheWay(look, context, stage)
    }),
  )
})

/** Every page of the navigation is critical: whoever is on call may be on any. */
async function lookAtRoutes(look: Look, context: BrowserContext, { url }: Stage): Promise<void> {
  for (const { path, title } of NAVIGATION) {
    const page = await context.newPage()
    const faults = watchPage(page)
    await page.goto(new URL(path.slice(1), url).href)
    const opened = await settled(page)
    look.holds(opened, 'route_blank', `${path} shows no page with a heading`, `npm start, and open ${path}`)
    look.holds(
      faults.length === 0,
      'route_faulty',
      `${path}: ${faults.join('; ')}`,
      'see the console of the browser',
    )
    // The overview is the console itself, and carries no name of its own.
    const named = await page.title()
    look.holds(
      path === '/' || named.includes(title),
      'route_title',
      `${path} is called "${named}", and not "${title}"`,
    )
    await page.close()
  }
  look.figure('routes opened', NAVIGATION.length)
}

async function signedIn(
  browser: Browser,
  url: string,
  account?: Parameters<typeof signedInState>[1],
): Promise<BrowserContext> {
  return browser.newContext({
    viewport: { width: 1280, height: 720 },
    ...(await signedInState(url, account)),
  })
}

async function toScenario({ url, command }: Stage, scenario: Scenario, reason: string | null): Promise<void> {
  if (scenario !== 'calm') await command('demo', '--scenario', scenario)
  await until(
    `the state ${scenario}`,
    async () => {
      const body = (await (await fetch(new URL('health', url))).json()) as {
        degraded_reason: string | null
        age_ms: number | null
      }
      return body.degraded_reason === reason && body.age_ms !== null
    },
    COMES_ABOUT_MS,
  )
}

/** Whoever may look only is told so on both. */
async function lookAtRole(look: Look, browser: Browser, { url, addAccount }: Stage): Promise<void> {
  const context = await signedIn(browser, url, addAccount('viewer'))
  const points = ACTING.map((page) => barPoint(page, 'viewer'))
  await lookAtPoints(look, new Sides(context, url), { where: 'to a viewer', points })
  await context.close()
}

async function lookAtPoints(
  look: Look,
  sides: Sides,
  { where, points }: { where: string; points: readonly ParityPoint[] },
): Promise<void> {
  for (const [path, group] of Map.groupBy(points, ({ page }) => page)) {
    const pages = await sides.open(path)
    for (const point of group) {
      const finding = judgePoint(where, point, await seenOnBoth(point, pages))
      look.holds(finding === null, 'parity_broken', finding?.message ?? '', finding?.mend)
    }
  }
  look.figure(`points compared, ${where}`, points.length)
}

/** A state changes between two looks: only what never agrees differs. */
async function seenOnBoth(point: ParityPoint, pages: { console: Page; classic: Page }): Promise<Pair> {
  const notFound = (error: Error) => `(not found: ${error.message.split('\n')[0]})`
  let pair = { console: '', classic: '' }
  for (let tried = 0; tried < LOOKS && !agrees(pair); tried += 1) {
    if (tried > 0) {
      await pause(BETWEEN_LOOKS_MS)
      await pages.classic.reload()
    }
    const [inConsole, inClassic] = await Promise.all([
      point.inConsole(pages.console).catch(notFound),
      point.inClassic(pages.classic).catch(notFound),
    ])
    pair = { console: inConsole.trim(), classic: inClassic.trim() }
  }
  return pair
}

/** Out of service and back: open tabs leave, every address is the classic page's, and then the console's again. */
async function lookAtTheWay(look: Look, context: BrowserContext, { url, command }: Stage): Promise<void> {
  const page = await context.newPage()
  await page.goto(url)
  await settled(page)
  const classic = page.getByText('Holdfast, classic page')
  const engaged = await command('killswitch', 'engage', '--reason', 'functional parity')
  look.holds(engaged.code === 0, 'way_out', `killswitch engage: ${engaged.stderr}`)
  const left = await classic.waitFor({ timeout: 10_000 }).then(
    () => true,
    () => false,
  )
  look.holds(
    left,
    'way_out',
    'an open tab did not leave the console within 10 s',
    'holdfast killswitch status',
  )
  for (const { path } of NAVIGATION) {
    const text = await (await fetch(new URL(path.slice(1), url), { headers: { accept: 'text/html' } })).text()
    look.holds(
      text.includes('Holdfast, classic page'),
      'way_out',
      `${path} is not the classic page while the switch is engaged`,
    )
  }
  const released = await command('killswitch', 'release', '--reason', 'functional parity')
  look.holds(released.code === 0, 'way_back', `killswitch release: ${released.stderr}`)
  await page.goto(url)
  look.holds(await settled(page), 'way_back', 'the console does not come back after the switch was released')
  await page.close()
}
