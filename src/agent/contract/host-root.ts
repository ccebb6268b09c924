/**
 * A host's files as seen from its root, which may be a directory of this one (`--root DIR`): links are followed as the
 * host itself would follow them, so that nothing outside of it is ever read, and two spellings of one file are one.
 */
import { existsSync, lstatSync, readdirSync, readlinkSync, statSync, type Stats } from 'node:fs'
import { INSTALLED_CONTRACT, PROJECT_CONTRACT } from '#domain/contract/deployment.ts'
import { errorCode } from '#agent/settings/read-json.ts'
import { readTextUpTo } from '#agent/system/bounded-read.ts'

/** As many as the kernel follows. */
const LINKS_LIMIT = 40

export type FileText =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'missing' }
  /** Replaced by nothing on purpose: a link to /dev/null. */
  | { readonly kind: 'masked' }
  | { readonly kind: 'unreadable'; readonly why: string }

export class HostRoot {
  readonly #root: string
  /** One check asks for the same directories hundreds of times. */
  readonly #links = new Map<string, string | null>()
  readonly #texts = new Map<string, FileText>()

  /** `root`: absolute. */
  constructor(root: string) {
    this.#root = root.replace(/\/+$/, '')
  }

  /** The same place, with nothing remembered. */
  anew(): HostRoot {
    return new HostRoot(this.#root)
  }

  get isThisHost(): boolean {
    return this.#root === ''
  }

  /** Where a path of that host lies on this one, links not followed. */
  at(path: string): string {
    return `${this.#root}${path}`
  }

  /** Without links, `..` and slashes too many; what is not there stays as it is written. */
  real(path: string): string {
    let rest = path.split('/')
    let links = 0
    const done: string[] = []
    for (let part = rest.shift(); part !== undefined; part = rest.shift()) {
      if (part === '' || part === '.') continue
      if (part === '..') done.pop()
      else {
        const target = links < LINKS_LIMIT ? this.link(`/${[...done, part].join('/')}`) : null
        if (target === null) done.push(part)
        else {
          links += 1
          if (target.startsWith('/')) done.length = 0
          rest = [...target.split('/'), ...rest]
        }
      }
    }
    return `/${done.join('/')}`
  }

  samePath = (one: string, other: string): boolean => {
    return one.startsWith('/') && other.startsWith('/') && this.real(one) === this.real(other)
  }

  /** As at the first look. */
  link(path: string): string | null {
    const known = this.#links.get(path)
    if (known !== undefined) return known
    const found = this.#readLink(path)
    this.#links.set(path, found)
    return found
  }

  #readLink(path: string): string | null {
    try {
      // Most of what is asked for is not there, or is no link, and an exception costs more than a look.
      const stat = lstatSync(this.at(path), { throwIfNoEntry: false })
      return stat?.isSymbolicLink() === true ? readlinkSync(this.at(path)) : null
    } catch {
      return null // not ours to see
    }
  }

  /** As at the first look, too: a unit is asked for by more than one part of the check. */
  read(path: string, limit: number): FileText {
    const known = this.#texts.get(path)
    if (known !== undefined) return known
    const found = this.#read(path, limit)
    this.#texts.set(path, found)
    return found
  }

  #read(path: string, limit: number): FileText {
    const real = this.real(path)
    if (real === '/dev/null') return { kind: 'masked' }
    try {
      if (!statSync(this.at(real)).isFile()) return { kind: 'unreadable', why: 'no regular file' }
      const text = readTextUpTo(this.at(real), limit)
      return text === null
        ? { kind: 'unreadable', why: `larger than ${limit / 1024} KiB` }
        : { kind: 'text', text }
    } catch (error) {
      const code = errorCode(error)
      return code === 'ENOENT' || code === 'ENOTDIR' ? { kind: 'missing' } : { kind: 'unreadable', why: code }
    }
  }

  stat(path: string): Stats | null {
    try {
      return statSync(this.at(this.real(path)), { throwIfNoEntry: false }) ?? null
    } catch {
      return null // a link to itself, or not ours to see
    }
  }

  list(path: string): string[] {
    try {
      const directory = this.at(this.real(path))
      return existsSync(directory) ? readdirSync(directory) : []
    } catch {
      return [] // no directory, or not ours to see
    }
  }
}

/** Of whichever layout is installed there. */
export function installedContractFile(host: HostRoot): string {
  const places = [INSTALLED_CONTRACT, PROJECT_CONTRACT]
  return places.find((path) => host.stat(path) !== null) ?? INSTALLED_CONTRACT
}
