/** The entries of one tar archive into the tree: what each is, and what its content says. */
import { ContentExaminer } from '#domain/image/content.ts'
import type { FileTree, ImageEntry } from '#domain/image/file-tree.ts'
import { finding, type ImageFinding } from '#domain/image/report.ts'
import { readTar, type Sink, type TarEntry } from './read-tar.ts'
import { TarFault } from './tar-header.ts'
import { TooLarge } from './expand-stream.ts'

export interface Counted {
  entries: number
  bytes: number
  readonly findings: ImageFinding[]
}

const KINDS: Readonly<Record<string, ImageEntry['kind']>> = {
  '0': 'file',
  '7': 'file',
  S: 'file',
  '1': 'hard_link',
  '2': 'link',
  '3': 'device',
  '4': 'device',
  '5': 'directory',
}

/** More parts than any file system lets a path have. */
const DEPTH_LIMIT = 256

export async function readLayer(
  chunks: AsyncIterable<Buffer>,
  {
    tree,
    layer,
    isLayered,
    place,
    counted,
  }: { tree: FileTree; layer: number; isLayered: boolean; place: string; counted: Counted },
): Promise<void> {
  try {
    await readTar(chunks, (entry) => visit(entry))
  } catch (error) {
    counted.findings.push(archiveFinding(error, place))
  }

  function visit(entry: TarEntry): Sink | null {
    counted.entries += 1
    counted.bytes += entry.size
    const path = safePath(entry.name)
    const target = entry.type === '1' ? safePath(entry.linkName) : entry.linkName
    if (path === null || target === null) {
      const where = path === null ? entry.name : `${entry.name} -> ${entry.linkName}`
      counted.findings.push(
        finding('unsafe_path', `${place}: ${printable(where)}`, 'the entry leads out of the archive'),
      )
      return null
    }
    const kind = KINDS[entry.type] ?? 'other'
    const seen = {
      path,
      kind,
      mode: entry.mode,
      target: kind === 'link' || kind === 'hard_link' ? target : null,
      hasCapabilities: entry.hasCapabilities,
    }
    if (kind !== 'file') {
      tree.add({ ...seen, content: null }, layer, { isLayered })
      return null
    }
    const examiner = new ContentExaminer(`/${path}`)
    return {
      push: (piece) => examiner.push(piece.toString('latin1')),
      finish: () => tree.add({ ...seen, content: examiner.finish() }, layer, { isLayered }),
    }
  }
}

/** Without the dots of `./`; null where it leads out, or cannot be a path. */
function safePath(name: string): string | null {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.')
  return parts.includes('..') || name.includes('\0') || parts.length > DEPTH_LIMIT ? null : parts.join('/')
}

/** Names come from whoever made the archive; they must not write on a terminal what they like. */
function printable(name: string): string {
  return name.replace(/[^\x20-\x7e]/g, '?').slice(0, 200)
}

/** What was read before the fault still counts; an error of the disk is none of the archive's. */
export function archiveFinding(error: unknown, place: string): ImageFinding {
  if (error instanceof TooLarge) return finding('archive_too_large', place, error.message)
  if (error instanceof TarFault) return finding('archive_malformed', place, error.message)
  const { code, message } = error as NodeJS.ErrnoException
  if (code?.startsWith('Z_') || code?.startsWith('ZSTD_'))
    return finding('archive_malformed', place, `it cannot be expanded: ${message}`)
  throw error
}
