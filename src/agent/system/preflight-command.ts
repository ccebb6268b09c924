/** How the target's master would have to be started again, only to see whether it could (WD8a). */
import { basename } from 'node:path'
import type { MasterSighting } from '#agent/ports/target-processes.ts'

export interface PreflightCommand {
  readonly file: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
}

/**
 * What belongs to the running service and to nobody else: a second process with these would speak to systemd in
 * its name, take its sockets, or believe that it is the successor in an upgrade.
 */
const NOT_PASSED_ON = /^(NOTIFY_SOCKET|WATCHDOG_(USEC|PID)|LISTEN_(FDS|PID|FDNAMES)|GUNICORN_(PID|FD))$/

/** Says on the way what its settings are. */
export const PRINT = '--print-config'
/** Loads everything, and serves nothing. */
const CHECK = ['--check-config', PRINT]

/** Beyond the interpreter and its own options, gunicorn has been named, or this is some other program. */
const WORDS_BEFORE_GUNICORN = 8

/** Null: from this command line nobody can tell how it was started. `standIn`: a program in gunicorn's place, or null. */
export function preflightCommand(
  master: Pick<MasterSighting, 'cmdline' | 'cwd'>,
  environment: readonly string[],
  standIn: string | null,
): PreflightCommand | null {
  const { cmdline } = master
  const isProgram = (word: string) => basename(word) === 'gunicorn' || word === standIn
  const place = cmdline.slice(0, WORDS_BEFORE_GUNICORN).findIndex(isProgram)
  const [file] = cmdline
  if (file === undefined || file === '' || place < 0) return null

  const env = Object.fromEntries(
    environment
      .map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)] as const)
      .filter(([name]) => name !== '' && !NOT_PASSED_ON.test(name)),
  )
  return {
    file,
    args: [...cmdline.slice(1, place + 1), ...CHECK, ...cmdline.slice(place + 1)],
    cwd: startDirectory(master, env),
    // The check leaves nothing behind, no compiled files either; and an application may ask for it.
    env: { ...env, PYTHONDONTWRITEBYTECODE: '1', HOLDFAST_PREFLIGHT: '1' },
  }
}

export function checkAlone(command: PreflightCommand): PreflightCommand {
  return { ...command, args: command.args.filter((word) => word !== PRINT) }
}

/** With `--chdir` the master has moved since its start, and relative paths in its arguments count from before. */
function startDirectory(
  { cmdline, cwd }: Pick<MasterSighting, 'cmdline' | 'cwd'>,
  env: Readonly<Record<string, string>>,
): string {
  const hasMoved = [...cmdline, env['GUNICORN_CMD_ARGS'] ?? ''].some((word) => word.includes('--chdir'))
  return (hasMoved ? env['PWD'] : undefined) ?? cwd
}
