/** A host in a directory: accounts, a conda-shaped environment, and nothing of Holdfast yet. */
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { AGENT_PROGRAM, ROOT } from '../../support/holdfast.ts'

const PREFIX = '/opt/conda/envs/holdfast-target'

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export class ScratchHost {
  readonly root = mkdtempSync(join(tmpdir(), 'holdfast-host-'))

  constructor() {
    const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0]
    this.write('/etc/passwd', `holdfast:x:${uid}:${gid}::/:/bin/false\n`)
    this.write('/etc/group', `holdfast:x:${gid}:\n`)
    for (const [path, mode] of [
      ['/run/holdfast', 0o770],
      ['/var/lib/holdfast', 0o750],
    ] as const) {
      mkdirSync(this.at(path), { recursive: true })
      chmodSync(this.at(path), mode)
    }
  }

  addEnvironment(): void {
    this.write(`${PREFIX}/conda-meta/history`, '==> made <==\n')
    this.execute(`${PREFIX}/bin/python3`, '')
    this.execute(`${PREFIX}/bin/gunicorn`, `#!${PREFIX}/bin/python3\n`)
    this.execute(`${PREFIX}/bin/node`, '')
  }

  at(path: string): string {
    return join(this.root, path)
  }

  read(path: string): string {
    return readFileSync(this.at(path), 'utf8')
  }

  has(path: string): boolean {
    return existsSync(this.at(path))
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(this.at(path)), { recursive: true })
    writeFileSync(this.at(path), text)
  }

  execute(path: string, text: string): void {
    this.write(path, text)
    chmodSync(this.at(path), 0o755)
  }

  /** Every file below /etc and /opt/holdfast with its inode: what is written anew has another one. */
  written(): string[] {
    return ['etc', 'opt/holdfast'].flatMap((directory) =>
      existsSync(this.at(directory))
        ? readdirSync(this.at(directory), { recursive: true, encoding: 'utf8' })
            .filter((path) => !/(install\.(pid|lock)|installed\.json)$/.test(path))
            .map((path) => `${path} ${statSync(join(this.at(directory), path)).ino}`)
        : [],
    )
  }

  holdfast(...words: readonly string[]): Ended {
    return holdfast(AGENT_PROGRAM, ...words, '--root', this.root)
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true })
  }
}

export function holdfast(program: string, ...words: readonly string[]): Ended {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], {
    encoding: 'utf8',
    env: { PATH: '/usr/bin:/bin', NODE_COMPILE_CACHE: join(ROOT, 'node_modules/.cache/compile') },
    timeout: 30_000,
    killSignal: 'SIGKILL',
  })
  return { code: status, stdout, stderr }
}

/** The build under test as one of a later contract, rendered by its own program. */
export function laterBuild(directory: string, version: string, modules = join(ROOT, 'node_modules')): void {
  for (const name of ['build', 'dist', 'deploy', 'docs', 'package.json']) {
    cpSync(join(ROOT, name), join(directory, name), { recursive: true })
  }
  symlinkSync(modules, join(directory, 'node_modules'))
  const file = join(directory, 'deploy/runtime-contract.json')
  const contract = JSON.parse(readFileSync(file, 'utf8')) as object
  writeFileSync(file, JSON.stringify({ ...contract, version }))
  const { code, stderr } = holdfast(join(directory, 'build/agent/holdfast.js'), 'contract', 'render')
  if (code !== 0) throw new Error(stderr)
}

/** Of a console that was built without a page that the one before had. Returns the file that is gone. */
export function withoutOneAsset(dist: string): string {
  const list = join(dist, '.own-assets.json')
  const [gone = '', ...own] = (JSON.parse(readFileSync(list, 'utf8')) as string[]).filter((name) =>
    existsSync(join(dist, 'assets', name)),
  )
  writeFileSync(list, JSON.stringify(own))
  rmSync(join(dist, 'assets', gone))
  return gone
}
