/** Starts the demonstration, waits for what each picture is to show, and takes it. Nothing in them is staged by hand. */
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { NAVIGATION, type RouteId } from '#domain/navigation/manifest.ts'
import type { Scenario } from '#domain/schemas/demonstration.ts'
import { openBrowser } from '../support/browser.ts'
import { holdfast, readyUrl, ROOT, run, scratch } from '../support/holdfast.ts'
import { signedInState, withAdmin } from '../support/signed-in.ts'

/** Long enough for the curves to have a shape. */
const CALM_MS = 100_000
const INCIDENT_MS = 60_000

const STATES = [
  { state: 'calm', scenario: 'calm', waitMs: CALM_MS },
  { state: 'pool-exhausted', scenario: 'pool-exhaustion', waitMs: INCIDENT_MS },
] as const satisfies readonly { state: string; scenario: Scenario; waitMs: number }[]

const LOOKS = [
  { suffix: 'light', colorScheme: 'light', width: 1280, height: 720 },
  { suffix: 'dark', colorScheme: 'dark', width: 1280, height: 720 },
  { suffix: 'phone', colorScheme: 'dark', width: 360, height: 780 },
] as const

/** What somebody on call opens on a phone. */
const ON_A_PHONE: readonly RouteId[] = ['overview', 'restart']
/** Until the figures of the first poll stand where they belong. */
const SETTLE_MS = 3000

const place = scratch()
const started = run(['tools/start.mjs', '--scenario', 'calm'], withAdmin(place))
const browser = await openBrowser()
try {
  const url = await readyUrl(started)
  const session = await signedInState(url)
  for (const { state, scenario, waitMs } of STATES) {
    if (scenario !== 'calm') await holdfast(['demo', '--scenario', scenario], place.env)
    await pause(waitMs)
    for (const { id, path } of NAVIGATION) {
      for (const { suffix, colorScheme, width, height } of LOOKS) {
        if (suffix === 'phone' && !ON_A_PHONE.includes(id)) continue
        const page = await browser.newPage({ ...session, colorScheme, viewport: { width, height } })
        await page.goto(new URL(path.slice(1), url).href)
        await page.getByRole('heading', { level: 1 }).first().waitFor()
        await pause(SETTLE_MS)
        await page.screenshot({ path: join(ROOT, 'docs/screenshots', `${id}-${state}-${suffix}.png`) })
        await page.close()
      }
    }
  }
} finally {
  await browser.close()
  started.process.kill('SIGTERM')
  await started.ended
  place.remove()
}
