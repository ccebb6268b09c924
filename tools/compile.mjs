/** Loads every command, and with it what the agent is made of, so that Node's compile cache holds it. Runs none. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './ensure.mjs'

const commands = join(root, 'src/agent/cli/commands')
for (const name of readdirSync(commands)) await import(join(commands, name))
