/** Before tests that run what ships: it is built from the sources of the moment. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { ROOT } from './holdfast.ts'

export function setup(): void {
  execFileSync(process.execPath, [join(ROOT, 'tools/ensure.mjs')], { stdio: ['ignore', 'ignore', 'inherit'] })
}
