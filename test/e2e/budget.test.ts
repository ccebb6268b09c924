/** What the browser must have before the console says anything by itself: a limit on bytes, since bytes do not depend on the machine. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { ROOT } from '../support/holdfast.ts'

const DIST = join(ROOT, 'dist')
/** Vue, its router and its store are 42 kB of it. */
const ENTRY_JS_BYTES = 57_500
const ENTRY_CSS_BYTES = 8 * 1024

const read = (name: string) => readFileSync(join(DIST, name), 'utf8')
const gzipped = (names: Iterable<string>) =>
  [...names].reduce((sum, name) => sum + gzipSync(read(name)).length, 0)

/** The files that the document names, and those that they import at once. */
function entryScripts(): Set<string> {
  const found = new Set<string>()
  const visit = (name: string) => {
    if (found.has(name)) return
    found.add(name)
    for (const [, imported = ''] of read(name).matchAll(
      /(?:^|[;}])(?:import|export)[^;"'()]*?["']\.\/([^"']+\.js)["']/g,
    )) {
      visit(`assets/${imported}`)
    }
  }
  for (const [, name = ''] of read('index.html').matchAll(/(?:src|href)="\.\/(assets\/[^"]+\.js)"/g))
    visit(name)
  return found
}

test('the entry’s scripts and styles stay within their bytes', () => {
  const scripts = entryScripts()
  expect(scripts.size).toBeGreaterThan(1)
  const styles = [...read('index.html').matchAll(/href="\.\/(assets\/[^"]+\.css)"/g)].map(
    ([, name = '']) => name,
  )
  expect(styles.length).toBeGreaterThan(0)
  expect(gzipped(scripts)).toBeLessThanOrEqual(ENTRY_JS_BYTES)
  expect(gzipped(styles)).toBeLessThanOrEqual(ENTRY_CSS_BYTES)
})
