import { setFlagsFromString } from 'node:v8'

/**
 * How V8 works in a process that runs for months beside somebody else's service. Set by the process itself, and so the same
 * whoever starts it: a shell, `npm start`, systemd.
 */

/** For one that does a little once a second: the optimizing compilers cost some MiB as soon as they are first used, a minute after the start. */
export function keepEngineSmall(): void {
  setFlagsFromString('--no-opt')
  setFlagsFromString('--no-maglev')
  keepNewSpaceSmall()
}

/** The space for new objects stays as small as it is at first: under load it would grow to three times 16 MiB, and never shrink. */
export function keepNewSpaceSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1')
}
