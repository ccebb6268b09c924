/**
 * A real systemd, as process 1 of namespaces of its own, for units that a test writes. Nothing of the host is
 * touched: its root is read-only in there, its control groups are a corner that is removed again, and no unit
 * that sets up a machine is started. It ends with its process 1, at the latest after a few minutes.
 *
 * The network is the host's: units listen on loopback ports that nobody else has.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ROOT } from '../../support/holdfast.ts'
import { processesMentioning, workersOf } from './processes.ts'
import { waitFor } from './wait.ts'

const SCRIPT = join(import.meta.dirname, 'systemd-namespace.sh')
/** However the test ends, so does this: `timeout` stands outside of the test's own process. */
const LIFETIME_S = 300
const COMMAND_LIMIT_MS = 30_000

const CONTROL_GROUPS = ['/sys/fs/cgroup/unified', '/sys/fs/cgroup'].find((place) =>
  existsSync(join(place, 'cgroup.procs')),
)

/** Root, to make namespaces and mounts; and a kernel with control groups of the second version. */
export const HAS_SYSTEMD_NAMESPACE =
  process.getuid?.() === 0 && existsSync('/lib/systemd/systemd') && CONTROL_GROUPS !== undefined

export interface Said {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export class SystemdNamespace {
  readonly pid: number
  readonly #outer: ChildProcess
  readonly #group: string

  private constructor(pid: number, outer: ChildProcess, group: string) {
    this.pid = pid
    this.#outer = outer
    this.#group = group
  }

  static async start(): Promise<SystemdNamespace> {
    const group = join(CONTROL_GROUPS ?? '', `holdfast-test-${process.pid}-${Date.now()}`)
    mkdirSync(group)
    const spaces = [
      '--pid',
      '--fork',
      '--mount-proc',
      '--mount',
      '--uts',
      '--ipc',
      '--net',
      '--cgroup',
      '--kill-child',
    ]
    const outer = spawn(
      'sh',
      [
        ...['-c', 'echo $$ > "$0/cgroup.procs" && exec "$@"', group],
        ...['timeout', '--foreground', '--signal', 'KILL', String(LIFETIME_S)],
        ...['unshare', ...spaces, 'sh', SCRIPT, ROOT],
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    )
    let said = ''
    outer.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
    try {
      const pid = await waitFor('process 1', () => {
        const [unshare = 0] = workersOf(outer.pid ?? 0)
        const [first = 0] = workersOf(unshare)
        return processesMentioning('--unit=test.target').some((seen) => seen.pid === first) && first
      })
      const namespace = new SystemdNamespace(pid, outer, group)
      await waitFor('systemd runs', () =>
        /^(running|degraded)/.test(namespace.systemctl('is-system-running').stdout),
      )
      return namespace
    } catch (error) {
      outer.kill('SIGKILL')
      throw new Error(`no systemd: ${said}`, { cause: error })
    }
  }

  /** A path of in there, for reading and writing from out here. */
  path(inside: string): string {
    return `/proc/${this.pid}/root${inside}`
  }

  run(...words: readonly string[]): Said {
    const enter = ['-t', String(this.pid), '--mount', '--pid', '--uts', '--ipc', '--net', '--cgroup']
    const { status, stdout, stderr } = spawnSync('nsenter', [...enter, ...words], {
      encoding: 'utf8',
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' },
      timeout: COMMAND_LIMIT_MS,
      killSignal: 'SIGKILL',
    })
    return { code: status, stdout, stderr }
  }

  /** As `run`, and a failure fails the test. */
  must(...words: readonly string[]): string {
    const { code, stdout, stderr } = this.run(...words)
    if (code !== 0) throw new Error(`${words.join(' ')}: exit code ${code}\n${stdout}${stderr}`)
    return stdout
  }

  systemctl(...words: readonly string[]): Said {
    return this.run('systemctl', '--no-pager', ...words)
  }

  property(unit: string, name: string): string {
    return this.systemctl('show', '--value', `--property=${name}`, unit).stdout.trim()
  }

  /** As it is counted in there: for `run('kill', …)`, not for out here. */
  mainPid(unit: string): number {
    return Number(this.property(unit, 'MainPID'))
  }

  writeFile(inside: string, text: string): void {
    mkdirSync(dirname(this.path(inside)), { recursive: true })
    writeFileSync(this.path(inside), text)
  }

  writeUnit(name: string, text: string): void {
    this.writeFile(`/etc/systemd/system/${name}`, text)
    this.must('systemctl', 'daemon-reload')
  }

  journal(unit: string): string {
    return this.run('journalctl', '--no-pager', '--output=cat', `--unit=${unit}`).stdout
  }

  /** By its process 1 alone: the kernel ends everything else in there. */
  async stop(): Promise<void> {
    const ended = once(this.#outer, 'exit')
    process.kill(this.pid, 'SIGKILL')
    await ended
    await waitFor('its control groups are empty', () => removeGroups(this.#group))
  }
}

/** A group can be removed when its last process has been reaped. */
function removeGroups(group: string): boolean {
  if (!existsSync(group)) return true
  try {
    const inner = readdirSync(group, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    const isEmpty = inner.every(({ name }) => removeGroups(join(group, name)))
    if (!isEmpty || readFileSync(join(group, 'cgroup.procs'), 'utf8') !== '') return false
    rmdirSync(group)
    return true
  } catch {
    return false // it changed while it was looked at
  }
}
