/**
 * Which build this is (MG2): the commit, where it lies in its repository, and a hash over every file that is served, run or
 * deployed, which is the same wherever a release is carried.
 */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { basename, join, relative } from 'node:path'
import { promisify } from 'node:util'
import * as z from 'zod/mini'
import type { BuildIdentity } from '#domain/release/evidence.ts'
import { VERSION } from '#agent/version.ts'
import { keptNames } from './kept-assets.ts'

/** Of these a build is made; without one of them nothing is built. */
const BUILT = ['build/agent', 'dist']
const ALONGSIDE = ['deploy', 'nginx', 'package.json']
const GIT_LIMIT_MS = 10_000

export async function readBuild(release: string): Promise<BuildIdentity> {
  const [source, build_hash, contract_version] = await Promise.all([
    readSource(release),
    hashOfBuild(release),
    readContractVersion(release),
  ])
  return { ...source, build_hash, contract_version, version: VERSION }
}

/** null: nothing is built there. */
async function hashOfBuild(release: string): Promise<string | null> {
  if (BUILT.some((name) => !existsSync(join(release, name)))) return null
  const hash = createHash('sha256')
  const dist = join(release, 'dist')
  const kept = keptNames(dist)
  for (const name of [...BUILT, ...ALONGSIDE]) {
    for (const file of await filesAt(join(release, name))) {
      if (file.startsWith(join(dist, 'assets')) && kept.has(basename(file))) continue
      const content = createHash('sha256')
        .update(await readFile(file))
        .digest('hex')
      hash.update(`${relative(release, file)}\0${content}\n`)
    }
  }
  return hash.digest('hex')
}

/** In one order everywhere. What begins with a dot is ours to know when to build anew, and nobody's to run. */
async function filesAt(path: string): Promise<string[]> {
  if (!existsSync(path)) return []
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => null)
  if (entries === null) return [path]
  return entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted((one, other) => (one < other ? -1 : 1))
}

type Source = Pick<BuildIdentity, 'commit' | 'head' | 'tree'>

async function readSource(release: string): Promise<Source> {
  if (!existsSync(join(release, '.git'))) return { commit: null, head: 'none', tree: 'unknown' }
  const [commit, branch, changes] = await Promise.all([
    git(release, ['rev-parse', '--verify', 'HEAD']),
    git(release, ['symbolic-ref', '--quiet', 'HEAD']),
    git(release, ['status', '--porcelain', '--untracked-files=normal']),
  ])
  return {
    commit: commit === null || commit === '' ? null : commit,
    head: commit === null ? 'none' : branch === null ? 'detached' : 'branch',
    tree: changes === null ? 'unknown' : changes === '' ? 'clean' : 'dirty',
  }
}

async function readContractVersion(release: string): Promise<string | null> {
  const file = join(release, 'deploy/runtime-contract.json')
  return z.object({ version: z.string() }).safeParse(await jsonAt(file)).data?.version ?? null
}

async function jsonAt(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'))
  } catch {
    return null // the schema says what is missing
  }
}

/** null: it could not say. Nothing of the repository's own configuration is run for it. */
async function git(directory: string, args: readonly string[]): Promise<string | null> {
  const safe = ['--no-optional-locks', '-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null']
  try {
    const { stdout } = await promisify(execFile)('git', [...safe, '-C', directory, ...args], {
      timeout: GIT_LIMIT_MS,
      maxBuffer: 16 * 1024 * 1024,
    })
    return stdout.trim()
  } catch {
    return null
  }
}
