/** What this process and the target see of one another and of the same files (IM1), read from /proc. */
import { readFileSync, readlinkSync, statSync } from 'node:fs'
import type { RuntimeContract } from '#domain/schemas/runtime-contract.ts'
import type { FileIdentity, SharedSight } from '#domain/watchdog/shares-target.ts'

export function sightOfTarget({ paths, binaries }: RuntimeContract): SharedSight {
  const pid = pidIn(paths.pid_file)
  const process = `/proc/${pid ?? 'none'}`
  const directory = linkOf(`${process}/cwd`)
  const compared = [binaries.interpreter, binaries.gunicorn, paths.runtime_dir]
  return {
    pidFile: paths.pid_file,
    pid,
    isProcess: pid !== null && identityOf(process) !== null,
    pidNamespace: { own: linkOf('/proc/self/ns/pid'), target: linkOf(`${process}/ns/pid`) },
    files: [
      ...compared.map((path) => ({
        path,
        own: identityOf(path),
        target: identityOf(`${process}/root${path}`),
      })),
      ...(directory === null
        ? []
        : [{ path: directory, own: identityOf(directory), target: identityOf(`${process}/cwd`) }]),
    ],
    interpreter: {
      path: binaries.interpreter,
      own: identityOf(binaries.interpreter),
      running: identityOf(`${process}/exe`),
    },
  }
}

function pidIn(file: string): number | null {
  try {
    const [, digits] = /^\s*(\d{1,10})\s*$/.exec(readFileSync(file, 'utf8')) ?? []
    return digits === undefined ? null : Number(digits)
  } catch {
    return null // not here, which is what is asked
  }
}

function linkOf(path: string): string | null {
  try {
    return readlinkSync(path)
  } catch {
    return null // of another user, or gone
  }
}

function identityOf(path: string): FileIdentity {
  try {
    const { dev, ino } = statSync(path, { bigint: true })
    return `${dev}:${ino}`
  } catch {
    return null // not there, or not for us
  }
}
