/** By what gunicorn's processes tell each other apart: command lines, and one variable. */

/**
 * USR2: gunicorn starts its successor as its own child and names itself in GUNICORN_PID, which stays there after
 * the old one has ended. Only while that one is still the parent is an upgrade under way.
 */
export function upgradeParent(environment: readonly string[]): number | null {
  const found = environment.find((entry) => entry.startsWith('GUNICORN_PID='))
  return found === undefined ? null : Number(found.slice(found.indexOf('=') + 1))
}

/** A worker is a fork without exec: it has its master's command line, or both have titles from setproctitle. */
export function isForkOf(cmdline: readonly string[], masterCmdline: readonly string[]): boolean {
  if (cmdline.join('\0') === masterCmdline.join('\0')) return true
  return [cmdline, masterCmdline].every((line) => line[0]?.startsWith('gunicorn: ') === true)
}
