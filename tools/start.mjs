/** `npm start`: sets up what is not set up yet, then runs the main job. */
import { ensureCompiled, ensureConsole, ensureDependencies, orExplain } from './ensure.mjs'
import { runPinned } from './pinned.mjs'

orExplain(() => {
  ensureDependencies()
  ensureConsole()
  ensureCompiled()
})
await runPinned('src/agent/cli/main.ts', ['start', ...process.argv.slice(2)])
