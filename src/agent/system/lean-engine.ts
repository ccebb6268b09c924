/**
 * How V8 works in a process that runs for months beside somebody else's service. Set by the process itself, and so the same
 * whoever starts it: a shell, `npm start`, systemd.
 */

/**
 * For one that does a little once a second: the optimizing compilers cost some MiB as soon as they are first used, be it
 * for one warm loop of the start or a minute after it. And new objects, which are few, are looked through in place: to wake
 * other threads for them takes longer than they do.
 */
export function keepEngineSmall(): void {
  setFlags('--no-opt', '--no-maglev', '--no-parallel-scavenge')
  keepNewSpaceSmall()
}

/** The space for new objects stays as small as it is at first: under load it would grow to three times 16 MiB, and never shrink. */
export function keepNewSpaceSmall(): void {
  setFlags('--semi-space-growth-factor=1')
}

/** Not by `import`: every command carries this, and two of them need it. */
function setFlags(...flags: readonly string[]): void {
  const { setFlagsFromString } = process.getBuiltinModule('node:v8')
  for (const flag of flags) setFlagsFromString(flag)
}
