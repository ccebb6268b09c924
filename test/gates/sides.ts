/** The console and the classic page, side by side in one browser. */
import type { BrowserContext, Page } from 'playwright-core'
import type { RouteId } from '#domain/navigation/manifest.ts'

/** Of one visitor: each page on either side, opened once. */
export class Sides {
  readonly #opened = new Map<string, { console: Page; classic: Page }>()
  readonly #context: BrowserContext
  readonly #url: string

  constructor(context: BrowserContext, url: string) {
    this.#context = context
    this.#url = url
  }

  async open(path: RouteId | undefined): Promise<{ console: Page; classic: Page }> {
    const name = path ?? ''
    const known = this.#opened.get(name)
    if (known !== undefined) {
      await known.classic.reload()
      return known
    }
    const pages = { console: await this.#context.newPage(), classic: await this.#context.newPage() }
    this.#opened.set(name, pages)
    await Promise.all([
      pages.console.goto(new URL(name, this.#url).href).then(() => settled(pages.console)),
      pages.classic.goto(new URL(name === '' ? 'classic' : `classic/${name}`, this.#url).href),
    ])
    return pages
  }
}

export async function settled(page: Page): Promise<boolean> {
  try {
    await page.getByRole('button', { name: 'Sign out' }).waitFor({ timeout: 15_000 })
    await page.locator('#main h1').first().waitFor({ timeout: 15_000 })
    return true
  } catch {
    return false
  }
}
