/** Loaded before the watchdog: as on a machine that has no inotify watch left to give. */
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

fs.watch = () => {
  throw Object.assign(new Error('EMFILE: no watches left'), { code: 'EMFILE' })
}
syncBuiltinESMExports()
