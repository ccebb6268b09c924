/** What runs now: executable, directory and environment of each process, against the contract (RC3). */
import {
  drifted,
  matches,
  notApplicable,
  notChecked,
  RUNNING_SCOPE,
  type CheckItem,
} from '#domain/contract/check-item.ts'
import { compareVariables } from '#domain/contract/compare-variables.ts'
import { codeDir, programOf } from '#domain/contract/deployment.ts'
import type { Ground } from './ground.ts'

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
  const own = programOf(contract)
  return host
    .list('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const [, program = '', command = ''] = wordsOf(host, Number(name), 'cmdline') ?? []
      const role = Object.hasOwn(COMMANDS, command) ? COMMANDS[command as keyof typeof COMMANDS] : null
      if (role === null || (program !== own && !host.samePath(program, own))) return []
      const { units, binaries } = contract
      return [
        { pid: Number(name), unit: units[role], executable: binaries.node, directory: codeDir(contract) },
      ]
    })
}

function wordsOf(host: Ground['host'], pid: number, name: 'cmdline' | 'environ'): string[] | null {
  const read = host.read(`/proc/${pid}/${name}`, TEXT_BYTES)
  return read.kind === 'text' && read.text !== '' ? read.text.replace(/\0$/, '').split('\0') : null
}

function checkProcess(ground: Ground, { pid, unit, executable, directory }: Running): CheckItem[] {
  const { host, contract, contractFile } = ground
  const mend = `systemctl restart ${unit}`
  const places = [['exe', executable] as const, ...(directory === null ? [] : [['cwd', directory] as const])]
  return [
    ...places.map(([name, expected]) => {
      const source = `/proc/${pid}/${name}`
      const at = { scope: RUNNING_SCOPE, what: `${unit}: ${name}`, source, against: contractFile }
      const found = host.link(source)
      if (found === null) return notChecked(at, 'not readable for this account')
      if (host.samePath(found, expected)) return matches(at, found)
      return drifted(at, { expected: host.real(expected), found, mend })
    }),
    ...checkEnvironment(),
  ]

  function checkEnvironment(): CheckItem[] {
    const source = `/proc/${pid}/environ`
    const words = wordsOf(host, pid, 'environ')
    const at = { scope: RUNNING_SCOPE, what: `${unit}: environ`, source, against: contractFile }
    if (words === null) return [notChecked(at, 'not readable for this account')]
    const set = words.map((word) => {
      const [name = ''] = word.split('=', 1)
      return { name, value: word.slice(name.length + 1), source, mend: () => mend }
    })
    return compareVariables(set, { scope: RUNNING_SCOPE, contract, contractFile, samePath: host.samePath })
  }
}
