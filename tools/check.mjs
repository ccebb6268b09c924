/** `npm run check`: everything that can be known of the code without running it. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { ensureDependencies, orExplain, root } from './ensure.mjs'

export const CHECKS = [
  // Each by itself: built together, a project is thought to be up to date although what it imports has changed.
  ...['src/domain', 'src/agent', 'src/web', 'test'].map((place) => ({
    name: `types of ${place}`,
    command: ['vue-tsc', '-p', place],
  })),
  { name: 'lint', command: ['eslint', '.', '--max-warnings', '0'] },
  { name: 'format', command: ['oxfmt', '--check'] },
  {
    name: 'import rules',
    command: ['depcruise', 'src', 'tools', 'test', '--config', '.dependency-cruiser.mjs'],
  },
  { name: 'dead code', command: ['knip'] },
]

/** Runs each check, all of them even after a failure, and returns the names of those that failed. */
export function runChecks() {
  const failed = []
  for (const { name, command } of CHECKS) {
    const [program, ...args] = command
    const result = spawnSync(`${root}/node_modules/.bin/${program}`, args, {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, PATH: `${root}/node_modules/.bin:${process.env.PATH}` },
    })
    const ok = result.status === 0
    console.log(`${ok ? '✓' : '✗'} ${name}`)
    if (!ok) {
      failed.push(name)
      console.log(`${result.stdout}${result.stderr}${result.error ?? ''}`)
    }
  }
  return failed
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  orExplain(ensureDependencies)
  process.exitCode = runChecks().length === 0 ? 0 : 1
}
