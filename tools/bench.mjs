/** `npm run bench [-- NAME]`: the measurements under test/bench, each printing what it measured as JSON. */
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import {
  compileCache,
  ensureCompiled,
  ensureConsole,
  ensureDependencies,
  orExplain,
  pinnedNode,
  root,
} from './ensure.mjs'

orExplain(() => {
  ensureDependencies()
  ensureConsole()
  ensureCompiled()
})

const directory = join(root, 'test/bench')
const wanted = process.argv.slice(2)
const known = readdirSync(directory)
  .filter((name) => name.endsWith('.bench.ts'))
  .map((name) => name.replace('.bench.ts', ''))
const unknown = wanted.filter((name) => !known.includes(name))
if (unknown.length > 0) {
  console.error(`no such measurement: ${unknown.join(', ')}; known: ${known.join(', ')}`)
  process.exit(2)
}
for (const name of wanted.length > 0 ? wanted : known) {
  console.log(`# ${name}`)
  const env = { ...process.env, NODE_COMPILE_CACHE: compileCache }
  const run = spawnSync(pinnedNode, [join(directory, `${name}.bench.ts`)], {
    cwd: root,
    stdio: 'inherit',
    env,
  })
  if (run.status !== 0) process.exitCode = 1
}
