/**
 * The files of an image as they are when its layers lie on one another: a later layer replaces, and takes away by whiteouts.
 * A tree rather than a table of paths, so that to take a directory away costs what is in it, whatever a hostile archive asks.
 */
import type { ContentFacts } from './content.ts'

export interface ImageEntry {
  /** Without a slash at either end; '' is the root itself. */
  readonly path: string
  readonly kind: 'file' | 'directory' | 'link' | 'hard_link' | 'device' | 'other'
  readonly mode: number
  readonly target: string | null
  readonly hasCapabilities: boolean
  /** Of a file that could be read. */
  readonly content: ContentFacts | null
}

interface Node {
  entry: ImageEntry | null
  layer: number
  readonly children: Map<string, Node>
}

/** Something that a later layer hides; it is in the image all the same. */
export interface Hidden {
  readonly entry: ImageEntry
  readonly layer: number
}

const OPAQUE = '.wh..wh..opq'
const WHITEOUT = '.wh.'

export class FileTree {
  readonly #root: Node = { entry: null, layer: 0, children: new Map() }
  readonly hidden: Hidden[] = []
  /** Entries that an unpacker would write through a link to somewhere else. */
  readonly throughLinks: string[] = []

  /** `keepsWhiteouts`: a directory on a disk is no layer, and a file of that name is a file. */
  add(entry: ImageEntry, layer: number, { isLayered = true } = {}): void {
    const parts = entry.path.split('/').filter((part) => part !== '')
    const name = parts.at(-1) ?? ''
    const parent = this.#parentOf(parts, layer)
    if (parent === null) {
      this.throughLinks.push(entry.path)
      return
    }
    if (isLayered && name === OPAQUE) return this.#clear(parent, layer)
    if (isLayered && name.startsWith(WHITEOUT))
      return this.#remove(parent, name.slice(WHITEOUT.length), layer)
    if (name === '') return
    const node = parent.children.get(name)
    if (node === undefined) {
      parent.children.set(name, { entry, layer, children: new Map() })
      return
    }
    if (entry.kind !== 'directory') this.#clear(node, Number.POSITIVE_INFINITY)
    if (node.entry !== null && node.entry.kind !== 'directory')
      this.hidden.push({ entry: node.entry, layer: node.layer })
    node.entry = entry
    node.layer = layer
  }

  #parentOf(parts: readonly string[], layer: number): Node | null {
    let node = this.#root
    for (const [depth, part] of parts.slice(0, -1).entries()) {
      const child = node.children.get(part) ?? { entry: null, layer, children: new Map<string, Node>() }
      node.children.set(part, child)
      // Written through a link of its own layer that leads away: what an archive does to break out.
      if (child.entry?.kind === 'link' && child.layer === layer && leadsOut(child.entry.target ?? '', depth))
        return null
      node = child
    }
    return node
  }

  #remove(parent: Node, name: string, layer: number): void {
    const node = parent.children.get(name)
    // What this layer brings itself stays, in whichever order it comes.
    if (node === undefined || node.layer >= layer) return
    this.#clear(node, Number.POSITIVE_INFINITY)
    if (node.entry !== null) this.hidden.push({ entry: node.entry, layer: node.layer })
    parent.children.delete(name)
  }

  /** Everything below that came before this layer. */
  #clear(top: Node, layer: number): void {
    const waiting = [top]
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      for (const [name, child] of node.children) {
        waiting.push(child)
        if (child.layer >= layer) continue
        if (child.entry !== null) this.hidden.push({ entry: child.entry, layer: child.layer })
        child.entry = null
        if (layer === Number.POSITIVE_INFINITY) node.children.delete(name)
      }
    }
  }

  *entries(): Generator<ImageEntry> {
    const waiting = [...this.#root.children.values()]
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      if (node.entry !== null) yield node.entry
      for (const child of node.children.values()) waiting.push(child)
    }
  }

  at(path: string): ImageEntry | null {
    return this.#nodeAt(path)?.entry ?? null
  }

  /** Whether there is anything, also a directory that no entry of its own tells of. */
  has(path: string): boolean {
    const node = this.#nodeAt(path)
    return node !== null && (node.entry !== null || node.children.size > 0)
  }

  #nodeAt(path: string): Node | null {
    let node: Node | undefined = this.#root
    for (const part of path.split('/')) if (part !== '') node = node?.children.get(part)
    return node ?? null
  }

  /** Linux gives up after so many links, and so does this. */
  leadsToItself(link: ImageEntry): boolean {
    let entry: ImageEntry | null = link
    for (let step = 0; step < 40; step += 1) {
      if (entry?.kind !== 'link') return false
      entry = this.at(resolved(entry))
    }
    return true
  }
}

function resolved({ path, target }: ImageEntry): string {
  const from = (target ?? '').startsWith('/') ? [] : path.split('/').slice(0, -1)
  const parts: string[] = []
  for (const part of [...from, ...(target ?? '').split('/')]) {
    if (part === '..') parts.pop()
    else if (part !== '.' && part !== '') parts.push(part)
  }
  return parts.join('/')
}

function leadsOut(target: string, depth: number): boolean {
  if (target.startsWith('/')) return true
  let level = depth
  for (const part of target.split('/')) {
    if (part === '..') level -= 1
    else if (part !== '.' && part !== '') level += 1
    if (level < 0) return true
  }
  return false
}
