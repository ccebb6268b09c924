/** `npm run gates:planted [-- GATE …]`: a fault for each gate, committed to a clone; see test/gates/walk-planted-faults.ts. */
import { ensureDependencies, orExplain, root } from './ensure.mjs'
import { join } from 'node:path'
import { runPinned } from './pinned.mjs'

orExplain(ensureDependencies)
await runPinned(join(root, 'test/gates/walk-planted-faults.ts'), process.argv.slice(2))
