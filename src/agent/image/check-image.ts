/** What `holdfast image check` looks at, each as its findings and what was counted (IM3). */
import { readFile, stat } from 'node:fs/promises'
import { judgeImageConfig } from '#domain/image/config-rules.ts'
import { judgeDockerfile } from '#domain/image/dockerfile-rules.ts'
import { judgeFiles, type Declared } from '#domain/image/file-rules.ts'
import { FileTree } from '#domain/image/file-tree.ts'
import type { CheckedPart, ImageFinding } from '#domain/image/report.ts'
import { ContentExaminer } from '#domain/image/content.ts'
import { declaredBy, type ImageSpec } from '#domain/image/images.ts'
import { IMAGE_MARK } from '#domain/image/mark.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import { errorCode } from '#agent/settings/read-json.ts'
import { withImages, type ExportedImage } from './archive.ts'
import { BOUNDS, expanded, type Bounds } from './expand-stream.ts'
import { plannedFiles } from './file-set.ts'
import { archiveFinding, readLayer, type Counted } from './read-entries.ts'
import { takeFile, walkInto } from './walk.ts'

export interface Checked {
  readonly findings: readonly ImageFinding[]
  readonly checked: CheckedPart
}

const DOCKERFILE_LIMIT = 4 * 1024 * 1024

/** `name`: how it is called in findings. */
export async function checkDockerfile(file: string, name = file): Promise<Checked> {
  const size = await sizeOf(file, 'file')
  const text = size > DOCKERFILE_LIMIT ? 'x'.repeat(DOCKERFILE_LIMIT) : await readFile(file, 'utf8')
  const { findings, instructions } = judgeDockerfile(name, text)
  return { findings, checked: { kind: 'dockerfile', place: name, entries: instructions, bytes: size } }
}

export async function checkRootfs(directory: string): Promise<Checked> {
  await sizeOf(directory, 'directory')
  const tree = new FileTree()
  const counted: Counted = { entries: 0, bytes: 0, findings: [] }
  await walkInto(tree, directory, '', counted)
  return judged(tree, counted, { kind: 'rootfs', place: directory })
}

/** An image of ours as its list says, without putting it together. */
export async function checkFileSet(image: ImageSpec, checkout: string): Promise<Checked> {
  const tree = new FileTree()
  const counted: Counted = { entries: 0, bytes: 0, findings: [] }
  for (const { to, from, text, mode } of plannedFiles(image, checkout)) {
    if (from !== undefined) await takeFile(tree, from, to, counted)
    else takeText(tree, { path: to, text: text ?? null, mode }, counted)
  }
  return judged(tree, counted, { kind: 'file_set', place: `the ${image.name} image` })
}

function takeText(
  tree: FileTree,
  { path, text, mode }: { path: string; text: string | null; mode: number },
  counted: Counted,
): void {
  const examiner = new ContentExaminer(`/${path}`)
  if (text !== null) examiner.push(text)
  counted.entries += 1
  counted.bytes += text?.length ?? 0
  const kind = text === null ? 'directory' : 'file'
  tree.add(
    {
      path,
      kind,
      mode,
      target: null,
      hasCapabilities: false,
      content: text === null ? null : examiner.finish(),
    },
    0,
  )
}

export async function checkTar(file: string, bounds: Bounds = BOUNDS): Promise<Checked> {
  await sizeOf(file, 'file')
  const counted: Counted = { entries: 0, bytes: 0, findings: [] }
  try {
    await withImages(file, bounds, async (images) => {
      for (const image of images) await checkImage(image, { file, bounds, counted })
    })
  } catch (error) {
    counted.findings.push(archiveFinding(error, file))
  }
  const { entries, bytes, findings } = counted
  return { findings: withoutRepetition(findings), checked: { kind: 'tar', place: file, entries, bytes } }
}

async function checkImage(
  { isLayered, config, layers }: ExportedImage,
  { file, bounds, counted }: { file: string; bounds: Bounds; counted: Counted },
): Promise<void> {
  const tree = new FileTree()
  for (const [layer, { name, part }] of layers.entries()) {
    const place = name === '' ? file : `${file}: ${name}`
    await readLayer(expanded(part, bounds), { tree, layer, isLayered, place, counted })
  }
  if (config !== null) counted.findings.push(...judgeImageConfig(`${file}: ${config.name}`, config.text))
  counted.findings.push(...judgeFiles(tree, declaredIn(tree)))
}

/** Images of one archive share their layers. */
function withoutRepetition(findings: readonly ImageFinding[]): ImageFinding[] {
  return [...new Map(findings.map((one) => [`${one.rule} ${one.place} ${one.message}`, one])).values()]
}

function judged(tree: FileTree, counted: Counted, what: Pick<CheckedPart, 'kind' | 'place'>): Checked {
  const { entries, bytes, findings } = counted
  return {
    findings: [...findings, ...judgeFiles(tree, declaredIn(tree))],
    checked: { ...what, entries, bytes },
  }
}

/** An image says which of ours it is; what it may have stands in our table, not in what it says. */
function declaredIn(tree: FileTree): Declared {
  return declaredBy(tree.at(IMAGE_MARK)?.content?.image ?? null)
}

async function sizeOf(path: string, wanted: 'file' | 'directory'): Promise<number> {
  try {
    const found = await stat(path)
    if (wanted === 'directory' ? !found.isDirectory() : !found.isFile())
      throw new HoldfastProblem('input_invalid', `${path} is no ${wanted}`)
    return found.size
  } catch (error) {
    if (error instanceof HoldfastProblem) throw error
    throw new HoldfastProblem('input_invalid', `${path} cannot be read (${errorCode(error)})`, {
      cause: error,
    })
  }
}
