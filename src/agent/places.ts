/** Where what belongs to Holdfast lies: the same from its sources (src/agent) as from what is built of them (build/agent). */
import { join, resolve } from 'node:path'

export const CHECKOUT = resolve(import.meta.dirname, '../..')

/** The demonstration is never built: it runs from its sources. */
const sources = join(CHECKOUT, 'src/agent')

/** The program that is running, for whoever starts another one of it. */
export const AGENT_MAIN = import.meta.filename.endsWith('.ts')
  ? join(sources, 'cli/main.ts')
  : join(import.meta.dirname, 'holdfast.js')
export const DEMONSTRATION_MAIN = join(sources, 'demo/main.ts')
/** What stands in gunicorn's place where there is none. */
export const DEMONSTRATION_TARGET = join(sources, 'demo/node-target/main.ts')
export const CONSOLE_DIRECTORY = join(CHECKOUT, 'dist')
export const SHIPPED_CONTRACT = join(CHECKOUT, 'deploy/runtime-contract.json')
/** Only in an image: what it is. */
export const IMAGE_MARK_FILE = join(CHECKOUT, 'image.json')
