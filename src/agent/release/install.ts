/**
 * Carries a plan out (SD1, SD4). Each step can be interrupted, and the next run does what is left: files are replaced
 * whole, the release has its name when it is complete, the link moves at once, and the record says beforehand
 * which texts are ours and that something was begun.
 */
import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { HoldfastProblem } from '#domain/problems.ts'
import type { HostRoot } from '#agent/contract/host-root.ts'
import { CHECKOUT } from '#agent/places.ts'
import { errorCode } from '#agent/settings/read-json.ts'
import { takeLock } from '#agent/store/process-lock.ts'
import { replaceFile } from '#agent/system/replace-file.ts'
import { bringRelease } from './bring-release.ts'
import { writeRecord, type InstallRecord } from './install-record.ts'
import type { PlannedFile } from './install-plan.ts'
import type { Plan } from './installation.ts'
import { switchCurrent } from './releases.ts'
import { settleUnits, type Step } from './settle-units.ts'

export interface Done {
  readonly steps: readonly Step[]
  /** Where an edited file was kept. */
  readonly keptAside: readonly string[]
}

export async function install(plan: Plan): Promise<Done> {
  const { wish, record, contract, files, host } = plan
  const { root } = wish
  // The account of the units reads what is written here, whatever umask the operator has.
  process.umask(0o022)
  const lock = await lockInstallation(root)
  try {
    const names = plan.release === null ? [] : [bringRelease(root, CHECKOUT).name]
    const begun: InstallRecord = {
      layout: wish.layout,
      contract_version: contract.version,
      unfinished: true,
      files: { ...record?.files, ...begunFiles(record, files) },
      releases: [...new Set([...(record?.releases ?? []), ...names])],
    }
    await writeRecord(root, begun)
    const keptAside = await writeFiles(host, files)
    if (plan.release !== null) switchCurrent(root, plan.release, plan.release.way)
    const steps = settleUnits(plan)
    const left = files.filter(({ text }) => text !== null)
    await writeRecord(root, {
      ...begun,
      unfinished: steps.some(({ ok }) => !ok),
      files: Object.fromEntries(left.map((file) => [file.path, [file.digest]])),
    })
    return { steps, keptAside }
  } catch (cause) {
    if (cause instanceof HoldfastProblem) throw cause
    const hint = ['EACCES', 'EPERM'].includes(errorCode(cause)) ? '; it has to be done as root' : ''
    const { path = root } = cause as NodeJS.ErrnoException
    throw new HoldfastProblem('output_unwritable', `${path} cannot be written (${errorCode(cause)})${hint}`, {
      cause,
    })
  } finally {
    lock.release()
  }
}

export async function lockInstallation(root: string): ReturnType<typeof takeLock> {
  const directory = join(root, '/etc/holdfast')
  try {
    mkdirSync(directory, { recursive: true })
  } catch (cause) {
    throw new HoldfastProblem(
      'output_unwritable',
      `${directory} cannot be made (${errorCode(cause)}); it has to be done as root`,
      { cause },
    )
  }
  return takeLock(directory, 'install')
}

/** Those that lie there, and those that will: interrupted in between, both are known. */
function begunFiles(record: InstallRecord | null, files: readonly PlannedFile[]): InstallRecord['files'] {
  return Object.fromEntries(
    files.map(({ path, digest: own }) => [path, [...new Set([...(record?.files[path] ?? []), own])]]),
  )
}

async function writeFiles(host: HostRoot, files: readonly PlannedFile[]): Promise<string[]> {
  const keptAside: string[] = []
  for (const file of files.filter(({ state }) => state !== 'same')) {
    const place = placeOf(host, file.path)
    if (file.state === 'edited') {
      renameSync(place, `${place}.set-aside`)
      keptAside.push(`${file.path}.set-aside`)
    }
    if (file.text === null) rmSync(place, { force: true })
    else {
      mkdirSync(dirname(place), { recursive: true })
      await replaceFile(place, file.text, { flush: true, mode: file.isExecutable ? 0o755 : 0o644 })
    }
  }
  return keptAside
}

/** Links of the directories are followed inside the root; one in place of the file itself is replaced. */
function placeOf(host: HostRoot, path: string): string {
  return join(host.at(host.real(dirname(path))), basename(path))
}
