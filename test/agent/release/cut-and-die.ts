/**
 * A cutover that is killed before the so-and-so-manyth change that it makes to files. With 0 it lives, and prints how many there are.
 * Words: root, release, and that number; where the state is stands in the environment.
 */
import fs from 'node:fs'
import promises from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'

const [root = '', release = '', dieBefore = '0'] = process.argv.slice(2)
let changes = 0

function counted(module: object, names: readonly string[]): void {
  for (const name of names) {
    const act = Reflect.get(module, name) as (...values: unknown[]) => unknown
    Reflect.set(module, name, (...values: unknown[]) => {
      changes += 1
      if (changes === Number(dieBefore)) process.kill(process.pid, 'SIGKILL')
      return act(...values)
    })
  }
}

counted(fs, ['appendFileSync', 'renameSync', 'symlinkSync', 'unlinkSync'])
counted(promises, ['rename', 'unlink'])
syncBuiltinESMExports()

const { cutOver } = await import('#agent/release/cut-over.ts')
const { loadSettings } = await import('#agent/settings/settings.ts')
const { systemClock } = await import('#agent/system/clock.ts')
const settings = loadSettings(process.env, null)
const { kind } = await cutOver({ settings, root, release, again: null, clock: systemClock })
process.stdout.write(JSON.stringify({ kind, changes }))
