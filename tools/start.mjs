/** `npm start`: sets up what is not set up yet, then runs the main job. */
import { agentProgram, ensureAgent, ensureConsole, ensureDependencies, orExplain } from './ensure.mjs'
import { runPinned } from './pinned.mjs'

orExplain(() => {
  ensureDependencies()
  ensureConsole()
  ensureAgent()
})
await runPinned(agentProgram, ['start', ...process.argv.slice(2)])
