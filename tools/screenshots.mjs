/** `npm run screenshots`: pictures of the console over the running demonstration, for docs/screenshots. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import {
  compileCache,
  ensureAgent,
  ensureConsole,
  ensureDependencies,
  orExplain,
  pinnedNode,
  root,
} from './ensure.mjs'

orExplain(() => {
  ensureDependencies()
  ensureConsole()
  ensureAgent()
})
const run = spawnSync(pinnedNode, [join(root, 'test/screenshots/take.ts')], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
})
process.exitCode = run.status ?? 1
