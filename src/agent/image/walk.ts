/** The files under a directory into the tree. No link is followed, and nothing but a plain file is opened. */
import { constants, type Dirent } from 'node:fs'
import { lstat, open, readdir, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { ContentExaminer, type ContentFacts } from '#domain/image/content.ts'
import type { FileTree, ImageEntry } from '#domain/image/file-tree.ts'
import { finding } from '#domain/image/report.ts'
import { errorCode } from '#agent/settings/read-json.ts'
import type { Counted } from './read-entries.ts'

const PIECE = 1024 * 1024

/** `place`: where it would lie in the image; '' for the root. */
export async function walkInto(
  tree: FileTree,
  directory: string,
  place: string,
  counted: Counted,
): Promise<void> {
  const { dev } = await lstat(directory)
  const waiting = [{ on: directory, as: place }]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const entry of await namesIn(next.on, next.as, counted)) {
      const on = join(next.on, entry.name)
      const as = next.as === '' ? entry.name : `${next.as}/${entry.name}`
      await takeFile(tree, on, as, counted)
      if (!entry.isDirectory()) continue
      // /proc and the like are no files of an image, and have no end.
      if ((await lstat(on)).dev === dev) waiting.push({ on, as })
      else counted.findings.push(finding('not_looked_at', `/${as}`, 'another file system is mounted here'))
    }
  }
}

async function namesIn(on: string, as: string, counted: Counted): Promise<Dirent[]> {
  try {
    return await readdir(on, { withFileTypes: true })
  } catch (error) {
    counted.findings.push(
      finding('not_looked_at', `/${as}`, `the directory cannot be read (${errorCode(error)})`),
    )
    return []
  }
}

export async function takeFile(tree: FileTree, on: string, as: string, counted: Counted): Promise<void> {
  try {
    const { mode, size } = await lstat(on)
    const kind = kindOf(mode)
    counted.entries += 1
    if (kind === 'file') counted.bytes += size
    tree.add(
      {
        path: as,
        kind,
        mode: mode & 0o7777,
        target: kind === 'link' ? await readlink(on) : null,
        hasCapabilities: false,
        content: kind === 'file' ? await examine(on, as) : null,
      },
      0,
      { isLayered: false },
    )
  } catch (error) {
    counted.findings.push(finding('not_looked_at', `/${as}`, `it cannot be read (${errorCode(error)})`))
  }
}

function kindOf(mode: number): ImageEntry['kind'] {
  switch (mode & constants.S_IFMT) {
    case constants.S_IFREG:
      return 'file'
    case constants.S_IFDIR:
      return 'directory'
    case constants.S_IFLNK:
      return 'link'
    case constants.S_IFBLK:
    case constants.S_IFCHR:
      return 'device'
    default:
      return 'other'
  }
}

/** Never waits: what was a file a moment ago may be a FIFO now. */
async function examine(on: string, as: string): Promise<ContentFacts> {
  const handle = await open(on, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    const examiner = new ContentExaminer(`/${as}`)
    const buffer = Buffer.allocUnsafe(PIECE)
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, PIECE)
      if (bytesRead === 0) return examiner.finish()
      examiner.push(buffer.toString('latin1', 0, bytesRead))
    }
  } finally {
    await handle.close()
  }
}
