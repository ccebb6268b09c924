/** Gate: what is written is what is there (MG5, RC6). */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { RENDERED } from '../../tools/render-schemas.ts'
import { ROOT } from '../support/holdfast.ts'
import { documentPaths, lookAtDocuments } from './documents.ts'
import { printGate } from './gate.ts'

await printGate(async (look) => {
  const { checks, findings } = lookAtDocuments()
  look.add(checks, findings)
  for (const { file, text } of RENDERED) {
    const isFresh = readFileSync(join(ROOT, file), 'utf8') === madeNow(text)
    look.holds(isFresh, 'rendered_stale', `${file} is older than its source`, 'npm run render')
  }
  for (const path of documentPaths()) look.hash(path, readFileSync(join(ROOT, path)))
  look.figure('documents', documentPaths().length)
})

/** null: it cannot be made, as a changed interface without a new version. */
function madeNow(make: () => string): string | null {
  try {
    return make()
  } catch {
    return null
  }
}
