/**
 * IM1: in a container a watchdog is worth something only where it sees what the target sees. A pid of another namespace is
 * another process; the preflight runs the target's interpreter on the target's files, and must find the same ones.
 */

/** Which file it is, whatever it is called; null: it is not there, or cannot be looked at. */
export type FileIdentity = string | null

export interface SharedSight {
  readonly pidFile: string
  /** null: there is no such file here, or none that says a pid. */
  readonly pid: number | null
  readonly isProcess: boolean
  readonly pidNamespace: { readonly own: string | null; readonly target: string | null }
  /** The same path, seen by us and by the target. */
  readonly files: readonly {
    readonly path: string
    readonly own: FileIdentity
    readonly target: FileIdentity
  }[]
  readonly interpreter: { readonly path: string; readonly own: FileIdentity; readonly running: FileIdentity }
}

/** What is not shared, all of it; nothing where everything is proved to be. */
export function notShared({
  pidFile,
  pid,
  isProcess,
  pidNamespace,
  files,
  interpreter,
}: SharedSight): string[] {
  if (pid === null) return [`the target's pid file ${pidFile} is not here`]
  if (!isProcess) return [`the target's process ${pid} is not among the processes seen here`]
  const isOneNamespace = pidNamespace.own !== null && pidNamespace.own === pidNamespace.target
  return [
    ...(isOneNamespace
      ? []
      : [`the target's process ${pid} is not of this PID namespace, or that cannot be seen`]),
    ...files.flatMap(({ path, own, target }) =>
      own !== null && own === target
        ? []
        : [`${path} is ${own === null ? 'not here' : 'another file here than for the target'}`],
    ),
    ...(interpreter.own !== null && interpreter.own === interpreter.running
      ? []
      : [`the target runs another interpreter than ${interpreter.path}`]),
  ]
}
