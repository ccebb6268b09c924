/**
 * Is this the master that may be signalled (WD8)? A pid is only a number: it may have been given to another
 * process since the file was written. So everything that one look at the process table tells is compared
 * with what the contract promises and with what was seen before; one difference, and no signal is sent.
 *
 * A master that is right may still be the wrong one to signal now: right after its start a SIGHUP ends it,
 * since the pid file is there before the signal handlers are; and while a USR2 upgrade is under way there
 * are two of them.
 */
import { keptText } from '../free-text.ts'
import type { MasterIdentity } from '../journal/events.ts'
import type { Finding } from '../schemas/findings.ts'
import type { DurationMs } from '../time.ts'

export interface MasterLook {
  readonly identity: MasterIdentity
  readonly uid: number
  readonly cmdline: readonly string[]
  readonly ageMs: DurationMs
  readonly upgradeOf: number | null
  /** Its parent, where that has the same command line. */
  readonly forkOf: number | null
  readonly workers: readonly WorkerLook[]
  /** Another one whenever a child has ended, also one that lived too short to be seen. */
  readonly reaped: number
}

export interface WorkerLook {
  readonly pid: number
  readonly startTicks: number
  readonly ageMs: DurationMs
}

export interface ExpectedMaster {
  /** As the pid file says. */
  readonly pid: number
  /** Under one of which the interpreter lies: the contract's prefix, or what a demonstration runs. Links are resolved. */
  readonly prefixes: readonly string[]
  /** A program that stands in gunicorn's place, by its whole path: a demonstration's own. */
  readonly standIn: string | null
  readonly uid: number
  /** The one that was meant when the restart was decided; null before any was. */
  readonly meant: MasterIdentity | null
  readonly startGraceMs: DurationMs
}

export type MasterMismatch = 'pid_identity_mismatch' | 'master_starting' | 'upgrade_in_progress'

export type MasterVerdict =
  | { readonly verified: true; readonly identity: MasterIdentity }
  | { readonly verified: false; readonly reason: MasterMismatch; readonly findings: readonly Finding[] }

/** Handlers are installed some 150 ms after the start; this leaves room for a slow machine. */
const SETTLE_MS = 1000

export function verifyMaster(expected: ExpectedMaster, seen: MasterLook | null): MasterVerdict {
  if (seen === null) {
    const gone = { path: 'pid', expected: `a process ${expected.pid}`, found: 'none' }
    return { verified: false, reason: 'pid_identity_mismatch', findings: [gone] }
  }
  const findings = differences(expected, seen)
  if (findings.length > 0) return { verified: false, reason: 'pid_identity_mismatch', findings }
  return notNow(expected, seen) ?? { verified: true, identity: seen.identity }
}

function differences({ pid, prefixes, standIn, uid, meant }: ExpectedMaster, seen: MasterLook): Finding[] {
  const { identity, cmdline, workers } = seen
  const strangers = workers.filter(({ startTicks }) => startTicks < identity.start_ticks)
  return [
    ...unless(identity.pid === pid, 'pid', String(pid), String(identity.pid)),
    ...unless(
      prefixes.some((prefix) => isInside(identity.exe, prefix)),
      'executable',
      `one inside ${prefixes.join(' or ')}`,
      identity.exe,
    ),
    ...unless(
      isGunicorn(cmdline, standIn),
      'command line',
      'a gunicorn master',
      keptText(cmdline.join(' '), 120),
    ),
    // A worker is a fork of its master: it looks the same in everything but its parent, and a SIGHUP ends it.
    ...unless(
      seen.forkOf === null || seen.upgradeOf !== null,
      'parent',
      'another program',
      `process ${seen.forkOf} with the same command line: this is its worker`,
    ),
    ...unless(seen.uid === uid, 'owner', `uid ${uid}`, `uid ${seen.uid}`),
    // A child cannot be older than its parent: then the parent took over somebody else's place.
    ...unless(strangers.length === 0, 'children', 'workers younger than their master', pids(strangers)),
    ...unless(
      meant === null || isSame(meant, identity),
      'process',
      'the same as when the restart was decided',
      'a later one',
    ),
  ]
}

/** The same process, and not another with its number: start time and boot tell. */
export function isSame(one: MasterIdentity, other: MasterIdentity): boolean {
  return one.pid === other.pid && one.start_ticks === other.start_ticks && one.boot === other.boot
}

function notNow({ meant, startGraceMs }: ExpectedMaster, seen: MasterLook): MasterVerdict | null {
  if (seen.upgradeOf !== null && meant === null) {
    const found = `an upgrade of process ${seen.upgradeOf}`
    const finding = { path: 'process', expected: 'no upgrade under way', found }
    return { verified: false, reason: 'upgrade_in_progress', findings: [finding] }
  }
  // A worker is the proof that the master has come past its own start.
  const isReady = seen.workers.length > 0 || seen.ageMs >= startGraceMs
  if (isReady && seen.ageMs >= SETTLE_MS) return null
  const found = `${Math.floor(seen.ageMs)} ms old, ${seen.workers.length} workers`
  const finding = { path: 'process', expected: 'a master that has started', found }
  return { verified: false, reason: 'master_starting', findings: [finding] }
}

/** `/opt/envs/app2/python` is not inside `/opt/envs/app`; an interpreter replaced on disk still is what ran. */
function isInside(executable: string, prefix: string): boolean {
  const path = executable.replace(/ \(deleted\)$/, '')
  const parts = path.split('/')
  if (!path.startsWith('/') || parts.includes('..') || parts.includes('.')) return false
  return path.startsWith(`${prefix.replace(/\/+$/, '')}/`)
}

/**
 * `…/python …/bin/gunicorn app:app`, `python -m gunicorn …`, or, where setproctitle is installed, the one
 * word `gunicorn: master [app]`. A worker's title says worker.
 */
function isGunicorn(cmdline: readonly string[], standIn: string | null): boolean {
  const [first = ''] = cmdline
  if (first.startsWith('gunicorn: ')) return /^gunicorn: master\b/.test(first)
  if (nameOf(first) === 'gunicorn') return true
  for (let index = 1; index < cmdline.length; index += 1) {
    const word = cmdline[index] ?? ''
    if (word === '-m') return ['gunicorn', 'gunicorn.app.wsgiapp'].includes(cmdline[index + 1] ?? '')
    if (word === '-c') return false
    if (word === '-X' || word === '-W') index += 1
    // The first word that is no option of the interpreter is the program; what follows are its arguments.
    else if (!word.startsWith('-')) return nameOf(word) === 'gunicorn' || word === standIn
  }
  return false
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function pids(workers: readonly WorkerLook[]): string {
  return `older ones: ${workers.map(({ pid }) => pid).join(', ')}`
}

function unless(holds: boolean, path: string, expected: string, found: string): Finding[] {
  return holds ? [] : [{ path, expected, found }]
}
