/** A whole deployment in a scratch root, as it should be, for a test to break in one place. */
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { RENDERED_FILES } from '#domain/contract/rendered-files.ts'
import { INSTALLED_CONTRACT } from '#domain/contract/deployment.ts'
import { failing, type CheckItem } from '#domain/contract/check-item.ts'
import type { RuntimeContract } from '#domain/schemas/runtime-contract.ts'
import { checkContract } from '#agent/contract/check-contract.ts'
import { HostRoot } from '#agent/contract/host-root.ts'
import { unitManager } from '#agent/contract/unit-manager.ts'
import shipped from '../../../deploy/runtime-contract.json' with { type: 'json' }

export const PREFIX = '/opt/conda/envs/holdfast-target'

export class DriftGround {
  readonly root = mkdtempSync(join(tmpdir(), 'holdfast-drift-'))
  contract: RuntimeContract

  constructor(change: Partial<RuntimeContract> = {}) {
    this.contract = { ...(shipped as RuntimeContract), ...change }
    const { user, group, paths } = this.contract
    const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0]
    this.write('/etc/passwd', `${user}:x:${uid}:${gid}::/:/bin/false\n`)
    this.write('/etc/group', `${group}:x:${gid}:\n`)
    mkdirSync(this.at('/opt/holdfast/releases/1/deploy'), { recursive: true })
    mkdirSync(this.at('/opt/holdfast/releases/2'), { recursive: true })
    this.link('/opt/holdfast/current', 'releases/1')
    this.install()
    for (const [directory, mode] of [
      [paths.runtime_dir, 0o770],
      [paths.state_dir, 0o750],
    ] as const) {
      mkdirSync(this.at(directory), { recursive: true })
      chmodSync(this.at(directory), mode)
    }
    this.write(`${PREFIX}/conda-meta/history`, '==> now <==\n')
    this.execute(`${PREFIX}/bin/python3.11`, '')
    this.link(`${PREFIX}/bin/python3`, 'python3.11')
    this.execute(`${PREFIX}/bin/gunicorn`, `#!${PREFIX}/bin/python3.11\nimport gunicorn\n`)
    this.execute(`${PREFIX}/bin/node`, '')
  }

  /** Contract and everything that is made from it, in the release and where it is installed. */
  install(): void {
    this.write('/opt/holdfast/releases/1/deploy/runtime-contract.json', JSON.stringify(this.contract))
    for (const { file, installedAs, text, isExecutable } of RENDERED_FILES) {
      this.write(`/opt/holdfast/releases/1/${file}`, text(this.contract))
      this.write(installedAs(this.contract), text(this.contract))
      if (isExecutable === true) chmodSync(this.at(installedAs(this.contract)), 0o755)
    }
  }

  at(path: string): string {
    return join(this.root, path)
  }

  write(path: string, text: string | Buffer): void {
    mkdirSync(dirname(this.at(path)), { recursive: true })
    writeFileSync(this.at(path), text)
  }

  edit(path: string, from: string | RegExp, to: string): void {
    const text = readFileSync(this.at(path), 'utf8')
    const edited = text.replace(from, to)
    if (edited === text) throw new Error(`${path} has no ${from}`)
    this.write(path, edited)
  }

  execute(path: string, text: string): void {
    this.write(path, text)
    chmodSync(this.at(path), 0o755)
  }

  link(path: string, target: string): void {
    mkdirSync(dirname(this.at(path)), { recursive: true })
    rmSync(this.at(path), { force: true, recursive: true })
    symlinkSync(target, this.at(path))
  }

  dropIn(unit: string, text: string, name = '50-test.conf'): void {
    this.write(`/etc/systemd/system/${unit}.d/${name}`, text)
  }

  /** A running process as /proc shows it. */
  process(
    pid: number,
    links: Readonly<Record<string, string>>,
    texts: Readonly<Record<string, readonly string[]>>,
  ): void {
    for (const [name, target] of Object.entries(links)) this.link(`/proc/${pid}/${name}`, target)
    for (const [name, words] of Object.entries(texts))
      this.write(`/proc/${pid}/${name}`, `${words.join('\0')}\0`)
    if (!existsSync(this.at(`/proc/${pid}/status`))) this.account(pid, process.getuid?.() ?? 0)
  }

  account(pid: number, uid: number): void {
    this.write(`/proc/${pid}/status`, `Name:\tx\nUid:\t0\t${uid}\t0\t0\n`)
  }

  commandOf(unitFile: string): string {
    return /^ExecStart=(.*)$/m.exec(readFileSync(this.at(unitFile), 'utf8'))?.[1] ?? ''
  }

  /** A program in the place of systemctl: what it shows, and what each other call does, in shell. */
  systemctl(shows: string, does: Readonly<Record<string, string>> = {}): void {
    this.write('/loaded', shows)
    const calls = Object.entries(does).map(([call, act]) => `"${call}") ${act} ;;`)
    const show = `show*) cat ${this.at('/loaded')} ;;`
    this.execute('/bin/systemctl', `#!/bin/sh\ncase "$*" in ${[show, ...calls].join(' ')} *) exit 1;; esac\n`)
  }

  items(env: Readonly<Record<string, string>> = {}): readonly CheckItem[] {
    const systemctl = this.at('/bin/systemctl')
    const manager = existsSync(systemctl) ? unitManager(systemctl, this.root) : undefined
    return checkContract(new HostRoot(this.root), INSTALLED_CONTRACT, env, manager).items
  }

  /** What a strict check of everything fails on. */
  findings(env: Readonly<Record<string, string>> = {}): CheckItem[] {
    return failing(this.items(env), { unit: null, strict: true })
  }

  apply(command: string): void {
    const env = { PATH: `${this.at('/bin')}:${process.env['PATH']}` }
    const { status, stderr } = spawnSync('sh', ['-c', command], { encoding: 'utf8', timeout: 10_000, env })
    if (status !== 0) throw new Error(`${command}: ${stderr}`)
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true })
  }
}
