/**
 * `npm run dev`: the demonstration with hot reload. The console's modules are replaced in the open page
 * (Vite, which passes API calls on to the agent); agent and demonstration start anew when their code changes.
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { ensureConsole, ensureDependencies, orExplain, pinnedNode, root } from './ensure.mjs'

orExplain(() => {
  ensureDependencies()
  ensureConsole()
})

const port = process.env.HOLDFAST_PORT ?? '8787'
const watched = ['src/agent', 'src/domain'].map((path) => `--watch-path=${join(root, path)}`)
const children = [
  run([
    ...watched,
    '--watch-preserve-output',
    join(root, 'src/agent/cli/main.ts'),
    'start',
    ...process.argv.slice(2),
  ]),
  run([join(root, 'node_modules/vite/bin/vite.js'), '--clearScreen', 'false']),
]

// Ctrl-C reaches the children through the terminal; the other ways to stop are passed on.
process.on('SIGINT', () => {})
process.on('SIGTERM', stopAll)
for (const child of children) child.on('exit', stopAll)

function run(args) {
  const env = { ...process.env, HOLDFAST_DEV_AGENT: `http://127.0.0.1:${port}` }
  return spawn(pinnedNode, args, { cwd: root, stdio: 'inherit', env })
}

function stopAll() {
  for (const child of children) if (child.exitCode === null) child.kill('SIGTERM')
}
