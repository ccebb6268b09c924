/**
 * Other people's supervisors, for comparison in the same run: each with its own defaults, looking after the same small
 * program. They come for the run alone, into a directory of its own: supervisor's Debian package is unpacked and not
 * installed, pm2 comes by npm at a pinned version, and systemd is process 1 of namespaces of its own. A peer that cannot
 * be had is named with the reason.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { HAS_SYSTEMD_NAMESPACE, SystemdNamespace } from '../../integration/support/systemd-namespace.ts'
import { waitFor } from '../../integration/support/wait.ts'
import { appear } from './watching.ts'

const PM2_VERSION = '7.0.4'
const PROGRAM = join(import.meta.dirname, 'peer-program.py')
const PYTHON = '/usr/bin/python3'
const INSTALL_LIMIT_MS = 90_000
const run = promisify(execFile)

/** Name of the service to what it does: `serve`, or after how many seconds it ends with exit code 1. */
export type Programs = Readonly<Record<string, string>>

export interface Peer {
  readonly name: string
  /** Of the process that supervises; as it is counted out here. */
  readonly pid: number
  /** When this happened to that service, on the monotonic clock. */
  happened(service: string, word: 'start' | 'hup'): number[]
  /** By the command that its users would type. */
  hup(service: string): Promise<void>
  /** Where it has a way of its own to be asked by a file: makes that file appear, and returns the moment. */
  readonly appear?: () => number
  stop(): Promise<void>
}

export type PeerOrWhyNot = Peer | { readonly name: string; readonly whyNot: string }

export class Peers {
  readonly all: readonly PeerOrWhyNot[]
  readonly #directory: string

  private constructor(all: readonly PeerOrWhyNot[], directory: string) {
    this.all = all
    this.#directory = directory
  }

  static async start(programs: Programs): Promise<Peers> {
    const directory = mkdtempSync(join(tmpdir(), 'holdfast-peers-'))
    const place = (name: string) => {
      const own = join(directory, name)
      mkdirSync(own)
      return own
    }
    const all = [
      await orWhyNot('systemd', () => startSystemd(programs)),
      await orWhyNot('supervisor', () => startSupervisor(place('supervisor'), programs)),
      await orWhyNot('pm2', () => startPm2(place('pm2'), programs)),
    ]
    return new Peers(all, directory)
  }

  async stop(): Promise<void> {
    for (const peer of this.all) if ('stop' in peer) await peer.stop()
    rmSync(this.#directory, { recursive: true, force: true })
  }
}

async function orWhyNot(name: string, start: () => Promise<Peer>): Promise<PeerOrWhyNot> {
  try {
    return await start()
  } catch (error) {
    const [whyNot = ''] = String((error as Error).message).split('\n')
    return { name, whyNot }
  }
}

function happenedIn(file: string, word: string): number[] {
  if (!existsSync(file)) return []
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith(`${word} `))
    .map((line) => Number(line.slice(word.length + 1)) / 1e6)
}

async function startSystemd(programs: Programs): Promise<Peer> {
  if (!HAS_SYSTEMD_NAMESPACE)
    throw new Error('it needs root, systemd, and control groups of the second version')
  const systemd = await SystemdNamespace.start()
  // What is installed there has no tests.
  const program = '/run/peer-program.py'
  systemd.writeFile(program, readFileSync(PROGRAM, 'utf8'))
  for (const [name, mode] of Object.entries(programs)) {
    systemd.writeUnit(
      `${name}.service`,
      `[Service]\nExecStart=${PYTHON} ${program} /run/${name}.log ${mode}\nRestart=always\n`,
    )
    systemd.must('systemctl', 'start', name)
  }
  const [first = ''] = Object.keys(programs)
  watchFlag(systemd, first)
  const [, version = ''] = /^systemd (\d+)/.exec(systemd.run('systemctl', '--version').stdout) ?? []
  return {
    name: `systemd ${version}`,
    pid: systemd.pid,
    happened: (service, word) => happenedIn(systemd.path(`/run/${service}.log`), word),
    hup: async (service) => void systemd.must('systemctl', 'kill', '--signal=HUP', service),
    appear: () => appear(systemd.path(FLAG), ''),
    stop: () => systemd.stop(),
  }
}

const FLAG = '/run/asked/restart.flag'

/** systemd's own way, for its first service: a path that is watched, and a unit that signals. */
function watchFlag(systemd: SystemdNamespace, service: string): void {
  systemd.writeFile(`${FLAG}.before`, '')
  const limit = '[Unit]\nStartLimitIntervalSec=0\n'
  const signal = `ExecStart=/usr/bin/systemctl kill --signal=HUP ${service}`
  systemd.writeUnit('asked.service', `${limit}[Service]\nType=oneshot\n${signal}\n`)
  systemd.writeUnit('asked.path', `${limit}[Path]\nPathChanged=${FLAG}\n`)
  systemd.must('systemctl', 'start', 'asked.path')
}

async function startSupervisor(place: string, programs: Programs): Promise<Peer> {
  const download = ['-o', 'APT::Sandbox::User=root', 'download', 'supervisor']
  await run('apt-get', download, { cwd: place, timeout: INSTALL_LIMIT_MS })
  const [deb = ''] = readdirSync(place).filter((name) => name.endsWith('.deb'))
  const root = join(place, 'root')
  await run('dpkg-deb', ['-x', join(place, deb), root])
  const env = { PATH: '/usr/bin:/bin', PYTHONPATH: join(root, 'usr/lib/python3/dist-packages') }
  const configuration = join(place, 'supervisord.conf')
  writeFileSync(configuration, supervisorConfiguration(place, programs))
  const daemon = spawn(PYTHON, [join(root, 'usr/bin/supervisord'), '-n', '-c', configuration], {
    cwd: place,
    env,
    stdio: 'ignore',
  })
  await waitFor('supervisord', () => existsSync(join(place, 'supervisor.sock')))
  return {
    name: `supervisor ${deb.split('_')[1] ?? ''}`,
    pid: daemon.pid ?? 0,
    happened: (service, word) => happenedIn(join(place, `${service}.log`), word),
    hup: async (service) => {
      const words = [join(root, 'usr/bin/supervisorctl'), '-c', configuration, 'signal', 'HUP', service]
      await run(PYTHON, words, { env })
    },
    stop: () => end(daemon),
  }
}

function supervisorConfiguration(place: string, programs: Programs): string {
  const socket = join(place, 'supervisor.sock')
  const services = Object.entries(programs).map(
    ([name, mode]) =>
      `[program:${name}]\ncommand=${PYTHON} ${PROGRAM} ${join(place, `${name}.log`)} ${mode}\nautorestart=true\n`,
  )
  return `[supervisord]
logfile=/dev/null
logfile_maxbytes=0
pidfile=${join(place, 'supervisord.pid')}
[unix_http_server]
file=${socket}
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://${socket}
${services.join('')}`
}

async function startPm2(place: string, programs: Programs): Promise<Peer> {
  const quiet = ['--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error']
  await run('npm', ['install', '--prefix', place, ...quiet, `pm2@${PM2_VERSION}`], {
    timeout: INSTALL_LIMIT_MS,
  })
  const env = {
    PATH: process.env['PATH'],
    HOME: place,
    PM2_HOME: join(place, 'home'),
    PM2_DISABLE_VERSION_CHECK: 'true',
  }
  const pm2 = (...words: string[]) =>
    run(process.execPath, [join(place, 'node_modules/pm2/bin/pm2'), ...words], { env })
  for (const [name, mode] of Object.entries(programs)) {
    const log = join(place, `${name}.log`)
    await pm2('start', PROGRAM, '--name', name, '--interpreter', PYTHON, '--', log, mode)
  }
  return {
    name: `pm2 ${PM2_VERSION}`,
    pid: Number(readFileSync(join(place, 'home/pm2.pid'), 'utf8')),
    happened: (service, word) => happenedIn(join(place, `${service}.log`), word),
    hup: async (service) => void (await pm2('sendSignal', 'SIGHUP', service)),
    stop: async () => void (await pm2('kill')),
  }
}

async function end(daemon: ChildProcess): Promise<void> {
  const ended = once(daemon, 'exit')
  daemon.kill('SIGTERM')
  await ended
}
