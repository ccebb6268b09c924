/** `npm start`: sets up what is not set up yet, then runs the main job. */
import { compileCache, ensureCompiled, ensureConsole, ensureDependencies, orExplain } from './ensure.mjs'
import { runPinned } from './pinned.mjs'

orExplain(() => {
  ensureDependencies()
  ensureConsole()
  ensureCompiled()
})
process.env.NODE_COMPILE_CACHE ??= compileCache
await runPinned('src/agent/cli/main.ts', ['start', ...process.argv.slice(2)])
