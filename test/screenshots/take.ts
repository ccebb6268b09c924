/** Starts the demonstration, waits for what each picture is to show, and takes it. Nothing in them is staged by hand. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Page } from 'playwright-core'
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

/** The counterpart of them all, without script. */
const CLASSIC = { id: 'classic', path: '/classic' } as const
const PAGES: readonly { id: RouteId | 'classic'; path: string }[] = [...NAVIGATION, CLASSIC]
/** What somebody on call opens on a phone. */
const ON_A_PHONE: readonly string[] = ['overview', 'restart', 'logs', 'admin']
/** Until charts are painted and figures of the first poll stand where they belong. */
const SETTLE_MS = 2500
/** What follows in a list that goes on shows nothing new. */
const HEIGHT_MAX = 1200
/** Its text is still easily read, at a third of the bytes of a picture without loss. */
const QUALITY = 0.5

/** Chromium takes no such pictures, and writes them all the same. */
async function asWebp(sheet: Page, png: Buffer): Promise<Buffer> {
  const text = await sheet.evaluate(
    async ([data, quality]) => {
      const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0))
      const picture = await createImageBitmap(new Blob([bytes], { type: 'image/png' }))
      const canvas = new OffscreenCanvas(picture.width, picture.height)
      canvas.getContext('2d')?.drawImage(picture, 0, 0)
      const blob = await canvas.convertToBlob({ type: 'image/webp', quality })
      return await new Promise<string>((resolve) => {
        const reader = new FileReader()
        reader.onload = () => resolve(String(reader.result))
        reader.readAsDataURL(blob)
      })
    },
    [png.toString('base64'), QUALITY] as const,
  )
  return Buffer.from(text.slice(text.indexOf(',') + 1), 'base64')
}

const place = scratch()
const started = run(['tools/start.mjs', '--scenario', 'calm'], withAdmin(place))
const browser = await openBrowser()
try {
  const url = await readyUrl(started)
  const session = await signedInState(url)
  const sheet = await browser.newPage()
  for (const { state, scenario, waitMs } of STATES) {
    if (scenario !== 'calm') await holdfast(['demo', '--scenario', scenario], place.env)
    await pause(waitMs)
    for (const { suffix, colorScheme, width, height } of LOOKS) {
      const context = await browser.newContext({ ...session, colorScheme, viewport: { width, height } })
      const page = await context.newPage()
      for (const { id, path } of PAGES) {
        if (suffix === 'phone' && !ON_A_PHONE.includes(id)) continue
        await page.goto(new URL(path.slice(1), url).href)
        await page.getByRole('heading', { level: 1 }).first().waitFor()
        await page.waitForFunction(() => document.querySelector('main .skeleton') === null)
        await pause(SETTLE_MS)
        const tall = await page.evaluate(() => document.documentElement.scrollHeight)
        const clip = { x: 0, y: 0, width, height: Math.min(tall, HEIGHT_MAX) }
        const picture = await asWebp(sheet, await page.screenshot({ fullPage: true, clip }))
        writeFileSync(join(ROOT, 'docs/screenshots', `${id}-${state}-${suffix}.webp`), picture)
      }
      await context.close()
    }
  }
} finally {
  await browser.close()
  started.process.kill('SIGTERM')
  await started.ended
  place.remove()
}
