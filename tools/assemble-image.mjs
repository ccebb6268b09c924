/** `node tools/assemble-image.mjs backend|frontend DIR`: an image's files in DIR, built first where a source has changed. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { ensureAgent, ensureConsole, ensureDependencies, orExplain, pinnedNode, root } from './ensure.mjs'

orExplain(() => {
  ensureDependencies()
  ensureConsole()
  ensureAgent()
})
const tool = join(root, 'tools/assemble-image.ts')
const run = spawnSync(pinnedNode, [tool, ...process.argv.slice(2)], { stdio: 'inherit' })
process.exitCode = run.status ?? 1
