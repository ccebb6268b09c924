/** What runs now: executable, release, account, options and environment of each process, against the contract (RC3). */
import { dirname } from 'node:path'
import {
  drifted,
  matches,
  notApplicable,
  notChecked,
  RUNNING_SCOPE,
  type CheckItem,
  type Looked,
} from '#domain/contract/check-item.ts'
import { contradictedOption } from '#domain/contract/compare-unit.ts'
import { compareVariables } from '#domain/contract/compare-variables.ts'
import { codeDir, PROGRAM_IN_CODE, programOf, RELEASE } from '#domain/contract/deployment.ts'
import type { Ground } from './ground.ts'
import { ownerOf } from './owner.ts'

/** As long as the kernel lets them be, nearly; more is none of ours. */
const TEXT_BYTES = 256 * 1024

interface Running {
  readonly pid: number
  readonly unit: string
  readonly executable: string
  /** Ours stand in the release that they were started from, wherever `current` points by now. */
  readonly directory: string | null
}

export function checkRunning(ground: Ground): CheckItem[] {
  const running = [...masterOf(ground), ...programsOf(ground)]
  if (running.length === 0) {
    const at = { scope: RUNNING_SCOPE, what: 'processes', source: '/proc', against: ground.contractFile }
    return [notApplicable(at, 'none of the units runs')]
  }
  return running.flatMap((one) => checkProcess(ground, one))
}

function masterOf({ host, contract }: Ground): Running[] {
  const read = host.read(contract.paths.pid_file, 64)
  const pid = read.kind === 'text' && /^\d{1,10}\s*$/.test(read.text) ? Number(read.text) : null
  // A pid file outlives a master that was killed: then nothing runs.
  if (pid === null || wordsOf(host, pid, 'cmdline') === null) return []
  return [{ pid, unit: contract.units.target, executable: contract.binaries.interpreter, directory: null }]
}

const COMMANDS = { watchdog: 'watchdog', serve: 'agent' } as const

function programsOf({ host, contract }: Ground): Running[] {
  // It runs from a checkout, and what lies in a deployment's place beside it is not its own.
  if (contract.kind === 'demonstration') return []
  const own = programOf(contract)
  return host
    .list('/proc')
    .filter((name) => /^\d+$/.test(name) && !isContained(host, name))
    .flatMap((name) => {
      const [, program = '', command = ''] = wordsOf(host, Number(name), 'cmdline') ?? []
      const role = Object.hasOwn(COMMANDS, command) ? COMMANDS[command as keyof typeof COMMANDS] : null
      if (role === null || !isOurs(host, program, own)) return []
      const { units, binaries } = contract
      return [
        { pid: Number(name), unit: units[role], executable: binaries.node, directory: codeDir(contract) },
      ]
    })
}

/** In a container, whose files are others though they have the same names; where nobody may look, it is taken for ours. */
function isContained(host: Ground['host'], pid: string): boolean {
  const [own, its] = ['self', pid].map((name) => host.link(`/proc/${name}/ns/pid`))
  return own !== null && its !== null && own !== its
}

/** A checkout elsewhere on this host is none of this deployment's. */
function isOurs(host: Ground['host'], program: string, own: string): boolean {
  const isOfARelease = program.startsWith(`${dirname(RELEASE)}/`) && program.endsWith(PROGRAM_IN_CODE)
  return program === own || isOfARelease || host.samePath(program, own)
}

function wordsOf(host: Ground['host'], pid: number, name: 'cmdline' | 'environ'): string[] | null {
  const read = host.read(`/proc/${pid}/${name}`, TEXT_BYTES)
  return read.kind === 'text' && read.text !== '' ? read.text.replace(/\0$/, '').split('\0') : null
}

function checkProcess(ground: Ground, running: Running): CheckItem[] {
  const { directory, executable } = running
  return [
    checkPlace(ground, running, { name: 'exe', what: 'executable', expected: executable }),
    ...(directory === null
      ? [checkOptions(ground, running)]
      : [checkPlace(ground, running, { name: 'cwd', what: 'release', expected: directory })]),
    checkAccount(ground, running),
    ...checkEnvironment(ground, running),
  ]
}

function looked({ contractFile }: Ground, { pid, unit }: Running, name: string, what: string): Looked {
  const source = `/proc/${pid}/${name}`
  return { scope: RUNNING_SCOPE, what: `${unit}: ${what}`, source, against: contractFile }
}

const UNREADABLE = 'not readable for this account'

function restart({ unit }: Running): string {
  return `systemctl restart ${unit}`
}

function checkPlace(
  ground: Ground,
  running: Running,
  { name, what, expected }: { name: 'exe' | 'cwd'; what: string; expected: string },
): CheckItem {
  const { host } = ground
  const at = looked(ground, running, name, what)
  const found = host.link(at.source)
  if (found === null) return notChecked(at, UNREADABLE)
  if (host.samePath(found, expected)) return matches(at, found)
  return drifted(at, { expected: host.real(expected), found, mend: restart(running) })
}

/** Of the master: what its command line says otherwise than the contract. It may say it elsewhere, too. */
function checkOptions(ground: Ground, running: Running): CheckItem {
  const { host, contract } = ground
  const at = looked(ground, running, 'cmdline', 'options')
  const words = wordsOf(host, running.pid, 'cmdline') ?? []
  // gunicorn with setproctitle writes a title over it.
  if (!words.some((word) => /(^|\/)gunicorn$/.test(word))) {
    return notChecked(at, 'its command line is not gunicorn’s')
  }
  const wanted = { '--pid': contract.paths.pid_file, '--bind': contract.bind }
  const difference = contradictedOption(wanted, words, host.samePath)
  return difference === null
    ? matches(at, words.join(' '))
    : drifted(at, { ...difference, mend: restart(running) })
}

function checkAccount(ground: Ground, running: Running): CheckItem {
  const at = looked(ground, running, 'status', 'account')
  const owner = ownerOf(ground)
  if ('why' in owner) return notChecked(at, owner.why, owner.mend)
  const read = ground.host.read(at.source, TEXT_BYTES)
  // The effective one: by it the kernel decides.
  const uid = /^Uid:\s+\d+\s+(\d+)/m.exec(read.kind === 'text' ? read.text : '')?.[1]
  if (uid === undefined) return notChecked(at, UNREADABLE)
  if (uid === String(owner.uid)) return matches(at, uid)
  const expected = `${owner.uid} (${ground.contract.user})`
  return drifted(at, { expected, found: uid, mend: restart(running) })
}

function checkEnvironment(ground: Ground, running: Running): CheckItem[] {
  const { host, contract, contractFile } = ground
  const at = looked(ground, running, 'environ', 'environment')
  const words = wordsOf(host, running.pid, 'environ')
  if (words === null) return [notChecked(at, UNREADABLE)]
  const set = words.map((word) => {
    const [name = ''] = word.split('=', 1)
    return { name, value: word.slice(name.length + 1), source: at.source, mend: () => restart(running) }
  })
  return compareVariables(set, { scope: RUNNING_SCOPE, contract, contractFile, samePath: host.samePath })
}
