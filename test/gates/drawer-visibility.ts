/** Gate: what each role sees in the navigation of the built console, in a real browser, against the reviewed baseline (SH1). */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { ROLES } from '#domain/access/roles.ts'
import { signedInState } from '../support/signed-in.ts'
import { compareDrawers, type DrawerBaseline, type Drawers } from './drawers.ts'
import { printGate } from './gate.ts'
import { onStage, withBrowser, type Stage } from './stage.ts'

const BASELINE = join(import.meta.dirname, 'drawer-visibility.json')
const SIGNED_OUT = 'signed out'

await printGate(async (look) => {
  const text = readFileSync(BASELINE, 'utf8')
  const baseline = JSON.parse(text) as DrawerBaseline
  look.hash('test/gates/drawer-visibility.json', text)
  await onStage((stage) =>
    withBrowser(async (browser) => {
      for (const role of [SIGNED_OUT, ...ROLES]) {
        const expected = baseline[role] ?? {}
        look.holds(baseline[role] !== undefined, 'role_unreviewed', `nobody has reviewed what ${role} sees`)
        const page = await pageFor(role, browser, stage)
        const seen = await drawersOn(page)
        look.add(1 + Object.values(expected).flat().length, compareDrawers(role, expected, seen))
        look.figure(`pages for ${role}`, Object.values(seen).flat().length)
        await page.context().close()
      }
    }),
  )
})

async function pageFor(role: string, browser: Browser, { url, addAccount }: Stage): Promise<Page> {
  const known = ROLES.find((one) => one === role)
  const state = known === undefined ? {} : await signedInState(url, addAccount(known))
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, ...state })
  const page = await context.newPage()
  await page.goto(url)
  const settled =
    known === undefined ? page.getByLabel('Password') : page.getByRole('button', { name: 'Sign out' })
  await settled.waitFor()
  return page
}

function drawersOn(page: Page): Promise<Drawers> {
  return page.getByRole('navigation', { name: 'Main' }).evaluate((navigation) => {
    const words = (element: Element) => element.textContent.trim()
    const drawers: Record<string, string[]> = {}
    for (const heading of navigation.querySelectorAll('h2')) {
      const links = heading.nextElementSibling?.querySelectorAll('a') ?? []
      if (heading.checkVisibility()) drawers[words(heading)] = [...links].map(words)
    }
    return drawers
  })
}
