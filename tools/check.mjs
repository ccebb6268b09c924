/** `npm run check`: everything that can be known of the code without running it. */
import { spawn } from 'node:child_process'
import { setPriority } from 'node:os'
import { fileURLToPath } from 'node:url'
import { ensureDependencies, orExplain, root } from './ensure.mjs'

export const CHECKS = [
  // The longest first: begun last, it would end by itself.
  { name: 'lint', command: ['eslint', '.', '--max-warnings', '0'] },
  // Each by itself: built together, a project is thought to be up to date although what it imports has changed.
  ...['src/domain', 'src/agent', 'src/web', 'test'].map((place) => ({
    name: `types of ${place}`,
    command: ['vue-tsc', '-p', place],
  })),
  { name: 'format', command: ['oxfmt', '--check'] },
  {
    name: 'import rules',
    command: ['depcruise', 'src', 'tools', 'test', '--config', '.dependency-cruiser.mjs'],
  },
  { name: 'dead code', command: ['knip'] },
]

/** Each of them takes one processor for most of its time. */
const AT_ONCE = 2
const LOW_PRIORITY = 10

/** Beside something else: one at a time, with the processor that is left over. */
export const BESIDE = { atOnce: 1, priority: LOW_PRIORITY }

/** Runs each check, all of them even after a failure, and returns the names of those that failed. */
export async function runChecks({ atOnce = AT_ONCE, priority = 0 } = {}) {
  const waiting = [...CHECKS]
  const failed = []
  const worker = async () => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const { ok, output } = await run(check, priority)
      console.log(`${ok ? '✓' : '✗'} ${check.name}`)
      if (ok) continue
      failed.push(check.name)
      console.log(output)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return failed
}

function run({ command: [program, ...args] }, priority) {
  return new Promise((settle) => {
    let output = ''
    const child = spawn(`${root}/node_modules/.bin/${program}`, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, PATH: `${root}/node_modules/.bin:${process.env.PATH}` },
    })
    // What could not be started has no number, and its error is told below.
    if (priority !== 0 && child.pid !== undefined) setPriority(child.pid, priority)
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data))
    child.on('error', (error) => settle({ ok: false, output: String(error) }))
    child.on('close', (status) => settle({ ok: status === 0, output }))
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  orExplain(ensureDependencies)
  process.exitCode = (await runChecks()).length === 0 ? 0 : 1
}
