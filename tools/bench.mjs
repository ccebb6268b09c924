/**
 * `npm run bench [-- NAME…]`: the measurements under test/bench, each printing what it measured as JSON.
 * `npm run bench:watchdog [-- STORY…]`: those of the watchdog. Exit code 1 when a limit was missed.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
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

const [first = '', ...others] = process.argv.slice(2)
const family = first.startsWith('--family=') ? first.slice('--family='.length) : ''
const wanted = family === '' && first !== '' ? [first, ...others] : others
const directory = join(root, 'test/bench', family)
const known = readdirSync(directory)
  .filter((name) => name.endsWith('.bench.ts'))
  .map((name) => name.replace('.bench.ts', ''))
const unknown = wanted.filter((name) => !known.includes(name))
if (unknown.length > 0) {
  console.error(`no such measurement: ${unknown.join(', ')}; known: ${known.join(', ')}`)
  process.exit(2)
}

orExplain(() => {
  ensureDependencies()
  // Only the agent serves the console.
  if (family === '' || family === 'web') ensureConsole()
  ensureAgent()
})

const from = performance.now()
const missed = (wanted.length > 0 ? wanted : known).filter((name) => !runs(name))
if (missed.length > 0) {
  console.log(`# missed or failed: ${missed.join(', ')}`)
  process.exitCode = 1
}
console.log(`# ${Math.round((performance.now() - from) / 1000)} s in all`)

function runs(name) {
  console.log(`# ${name}`)
  const env = { ...process.env, NODE_COMPILE_CACHE: compileCache }
  const run = spawnSync(pinnedNode, [join(directory, `${name}.bench.ts`)], {
    cwd: root,
    stdio: 'inherit',
    env,
  })
  return run.status === 0
}
