/**
 * Gate: what the console says of the critical points is what the classic page says, in calm and in two incidents that
 * really happen; each critical route opens in a real browser; and the way between the two is open in both directions.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { NAVIGATION } from '#domain/navigation/manifest.ts'
import type { Scenario } from '#domain/schemas/demonstration.ts'
import { watchPage } from '../support/browser.ts'
import { signedInState } from '../support/signed-in.ts'
import { until } from '../support/until.ts'
import { printGate, type Look } from './gate.ts'
import { comparable, PARITY_POINTS, type ParityPoint } from './parity-points.ts'
import { onStage, withBrowser, type Stage } from './stage.ts'

/** Each with the reason that its health gives once it has really come about. */
const STATES: readonly { readonly scenario: Scenario; readonly reason: string | null }[] = [
  { scenario: 'calm', reason: null },
  { scenario: 'dependency-down', reason: 'circuit_open' },
]
const COMES_ABOUT_MS = 30_000
/** Both pages show one and the same moment within a few looks, or they do not agree. */
const LOOKS = 12
const BETWEEN_LOOKS_MS = 500
const MEND = 'compare the page with /classic in that state'

await printGate(async (look) => {
  await onStage((stage) =>
    withBrowser(async (browser) => {
      const session = await signedInState(stage.url)
      const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, ...session })
      await lookAtRoutes(look, context, stage)
      for (const { scenario, reason } of STATES) {
        await bringAbout(stage, scenario, reason)
        await lookAtPoints(look, browser, context, { stage, scenario })
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

async function settled(page: Page): Promise<boolean> {
  try {
    await page.getByRole('button', { name: 'Sign out' }).waitFor({ timeout: 15_000 })
    await page.locator('#main h1').first().waitFor({ timeout: 15_000 })
    return true
  } catch {
    return false
  }
}

async function bringAbout({ url, command }: Stage, scenario: Scenario, reason: string | null): Promise<void> {
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

async function lookAtPoints(
  look: Look,
  browser: Browser,
  context: BrowserContext,
  { stage, scenario }: { stage: Stage; scenario: Scenario },
): Promise<void> {
  const [consolePage, outside] = [await context.newPage(), await browser.newContext()]
  const classicPage = await outside.newPage()
  await consolePage.goto(stage.url)
  await settled(consolePage)
  for (const point of PARITY_POINTS) {
    const pair = await agreed(point, { consolePage, classicPage, url: stage.url })
    const isSame = pair.console !== '' && comparable(pair.console) === comparable(pair.classic)
    const message = `${scenario}: ${point.asks}? The console says "${pair.console}", the classic page "${pair.classic}"`
    look.holds(isSame, 'parity_broken', message, MEND)
  }
  look.figure(`points compared, ${scenario}`, PARITY_POINTS.length)
  await consolePage.close()
  await outside.close()
}

/** A state changes between two looks: only what never agrees differs. */
async function agreed(
  point: ParityPoint,
  { consolePage, classicPage, url }: { consolePage: Page; classicPage: Page; url: string },
): Promise<{ console: string; classic: string }> {
  let pair = { console: '', classic: '' }
  for (let tried = 0; tried < LOOKS; tried += 1) {
    await classicPage.goto(new URL('classic', url).href)
    const [inConsole, inClassic] = await Promise.all([
      point.inConsole(consolePage).catch((error: Error) => `(not found: ${error.message.split('\n')[0]})`),
      point.inClassic(classicPage).catch((error: Error) => `(not found: ${error.message.split('\n')[0]})`),
    ])
    pair = { console: inConsole.trim(), classic: inClassic.trim() }
    if (comparable(pair.console) === comparable(pair.classic)) return pair
    await pause(BETWEEN_LOOKS_MS)
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
