/** Loads every module of the agent once, so that Node's compile cache holds it; runs none of its programs. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './ensure.mjs'

/** Importing one of these would run it. */
const PROGRAMS = ['src/agent/cli/main.ts', 'src/agent/demo/main.ts'].map((path) => join(root, path))

const agent = join(root, 'src/agent')
const modules = readdirSync(agent, { recursive: true })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => join(agent, name))
  .filter((path) => !PROGRAMS.includes(path))
for (const path of modules) await import(path)
