#!/usr/bin/env node
/** `holdfast` in a checkout: the CLI under the pinned Node, whatever Node the shell has. */
import { existsSync } from 'node:fs'
import { agentProgram, ensureAgent, orExplain, pinnedNode } from './ensure.mjs'
import { runPinned } from './pinned.mjs'

if (existsSync(pinnedNode)) {
  orExplain(ensureAgent)
  await runPinned(agentProgram, process.argv.slice(2))
} else {
  console.error('holdfast: not set up yet; run npm start once, or npm ci')
  process.exitCode = 1
}
