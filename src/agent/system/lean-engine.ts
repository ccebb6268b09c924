/**
 * How V8 works in a process that does a little once a second, for months. Set by the process itself, and so the same
 * whoever starts it: a shell, `npm start`, systemd.
 *
 * The optimizing compilers cost some MiB as soon as they are first used, a minute after the start, and save nothing
 * that anybody would notice. The space for new objects stays as small as it is at first.
 */
import { setFlagsFromString } from 'node:v8'

const FLAGS = ['--no-opt', '--no-maglev', '--semi-space-growth-factor=1']

export function keepEngineSmall(): void {
  for (const flag of FLAGS) setFlagsFromString(flag)
}
