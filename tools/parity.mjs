/** `npm run parity`: the metrics against a baseline that shares no code with them, made anew. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { ensureDependencies, orExplain, pinnedNode, root } from './ensure.mjs'

orExplain(ensureDependencies)
const run = spawnSync(pinnedNode, [join(root, 'test/parity/run.ts')], { cwd: root, stdio: 'inherit' })
process.exitCode = run.status ?? 1
