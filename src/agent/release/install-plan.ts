/** What an installation would change: each file that is rendered, held against what lies in its place. */
import { installedContract, ENVIRONMENT_FILE } from '#domain/contract/deployment.ts'
import { OWN_SETTINGS } from '#domain/contract/environment-file.ts'
import { lineDiff } from '#domain/contract/line-diff.ts'
import { RENDERED_FILES } from '#domain/contract/rendered-files.ts'
import type { RuntimeContract } from '#domain/schemas/runtime-contract.ts'
import type { HostRoot } from '#agent/contract/host-root.ts'
import { digest, type InstallRecord } from './install-record.ts'

export type FileState = 'same' | 'new' | 'changed' | 'edited' | 'obsolete'

export interface PlannedFile {
  /** As a path of that host. */
  readonly path: string
  readonly state: FileState
  /** null: it is to be removed. */
  readonly text: string | null
  /** What of it is ours, without the operator's own lines below. */
  readonly digest: string
  readonly diff: readonly string[]
  /** Of an edited one: what is there instead. */
  readonly why: string | null
  readonly isExecutable: boolean
}

const EVERYBODY_MAY_RUN = 0o111

/** Far above any of them. */
const FILE_BYTES = 1024 * 1024

export function planFiles(
  host: HostRoot,
  contract: RuntimeContract,
  record: InstallRecord | null,
): PlannedFile[] {
  const wanted = wantedFiles(contract)
  const rest = Object.keys(record?.files ?? {}).filter((path) => !wanted.has(path))
  return [
    ...[...wanted].map(([path, text]) => planFile(host, path, text, record)),
    ...rest.flatMap((path) => planRemoval(host, path, record)),
  ]
}

/** For an uninstallation: everything that was recorded. */
export function planRemovals(host: HostRoot, record: InstallRecord): PlannedFile[] {
  return Object.keys(record.files).flatMap((path) => planRemoval(host, path, record))
}

function wantedFiles(contract: RuntimeContract): Map<string, string> {
  const rendered = RENDERED_FILES.map(({ file, installedAs, text }) => ({
    file,
    place: installedAs(contract),
    text: text(contract),
  }))
  const files = new Map(rendered.map(({ place, text }) => [place, text]))
  if (contract.code_dir === undefined) return files
  // Beside its contract lies what is rendered from it, as in a release: the check's mends install from there.
  const own = installedContract(contract)
  const directory = own.slice(0, own.lastIndexOf('/'))
  files.set(own, `${JSON.stringify(contract, null, 2)}\n`)
  for (const { file, text } of rendered) files.set(`${directory}/${file.replace(/^deploy\//, '')}`, text)
  return files
}

function planFile(host: HostRoot, path: string, rendered: string, record: InstallRecord | null): PlannedFile {
  const own = digest(rendered)
  const isExecutable = RENDERED_FILES.some(
    (one) => one.isExecutable === true && path.endsWith(one.file.replace(/^deploy/, '')),
  )
  const there = host.read(path, FILE_BYTES)
  if (there.kind === 'missing') {
    const diff = lineDiff(null, rendered)
    return { path, state: 'new', text: rendered, digest: own, diff, why: null, isExecutable }
  }
  if (there.kind !== 'text') {
    const why = there.kind === 'masked' ? 'a link to /dev/null, by which somebody masked it' : there.why
    return { path, state: 'edited', text: rendered, digest: own, diff: [], why, isExecutable }
  }
  const { ours, theirs } = apart(path, there.text)
  const text = rendered + theirs
  const planned = { path, text, digest: own, diff: lineDiff(there.text, text), isExecutable }
  const mayRun = !isExecutable || ((host.stat(path)?.mode ?? 0) & EVERYBODY_MAY_RUN) === EVERYBODY_MAY_RUN
  if (ours === rendered) return { ...planned, state: mayRun ? 'same' : 'changed', why: null }
  const isOurs = record?.files[path]?.includes(digest(ours)) === true
  return isOurs
    ? { ...planned, state: 'changed', why: null }
    : { ...planned, state: 'edited', why: record === null ? 'no installation wrote it' : 'edited by hand' }
}

/** Of the environment file the lines below our last one are the operator's own. */
function apart(path: string, text: string): { ours: string; theirs: string } {
  const last = `${OWN_SETTINGS}\n`
  const end = path === ENVIRONMENT_FILE ? text.indexOf(last) : -1
  if (end < 0) return { ours: text, theirs: '' }
  return { ours: text.slice(0, end + last.length), theirs: text.slice(end + last.length) }
}

/** Rendered by an earlier release, or to be uninstalled. With lines of the operator's own it is edited. */
function planRemoval(host: HostRoot, path: string, record: InstallRecord | null): PlannedFile[] {
  const there = host.read(path, FILE_BYTES)
  if (there.kind === 'missing') return []
  const ours = there.kind === 'text' ? apart(path, there.text) : null
  const isOurs =
    ours !== null && ours.theirs.trim() === '' && record?.files[path]?.includes(digest(ours.ours)) === true
  const own = ours === null ? '' : digest(ours.ours)
  return [
    isOurs
      ? { path, state: 'obsolete', text: null, digest: own, diff: [], why: null, isExecutable: false }
      : {
          path,
          state: 'edited',
          text: null,
          digest: own,
          diff: [],
          why: 'it has lines that are not ours',
          isExecutable: false,
        },
  ]
}
