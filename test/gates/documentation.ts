/** Gate: what is written is what is there (MG5, RC6). */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { RENDERED_FILES } from '#domain/contract/rendered-files.ts'
import { RENDERED } from '../../tools/render-schemas.ts'
import { ROOT } from '../support/holdfast.ts'
import { documentPaths, lookAtDocuments } from './documents.ts'
import { printGate } from './gate.ts'

/** The gate of the runtime contract looks at these. */
const OF_THE_CONTRACT: ReadonlySet<string> = new Set(RENDERED_FILES.map(({ file }) => file))

await printGate(async (look) => {
  const { checks, findings } = lookAtDocuments()
  look.add(checks, findings)
  for (const { file, text } of RENDERED) {
    if (OF_THE_CONTRACT.has(file)) continue
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
