/**
 * The runtime directory: flag, claims, rejected. It is either in memory, and gone after a power failure, or on a
 * disk, where a rename that nobody synced may be undone by one.
 */
import type { RestartAsk } from '#domain/journal/events.ts'
import type { Claim } from '#agent/ports/flag-directory.ts'
import type { Random } from './random.ts'

export interface FlagFile {
  readonly content: string
  readonly ownerUid: number
  /** By the wall clock, as file times are. */
  readonly writtenAt: number
  /** Why the file system alone tells that it is no flag: a link, a foreign owner, too large; else null. */
  readonly fault: string | null
  /** What an operator had recorded before, where this is that operator's own flag. */
  readonly authentic: RestartAsk | null
}

/** Younger changes may not have reached the disk. */
const WRITTEN_BACK_MS = 30_000
const UNSYNCED_LIMIT = 200

export class RuntimeDirectory {
  flag: FlagFile | null = null
  readonly claims = new Map<string, FlagFile>()
  readonly isInMemory: boolean
  rejected = 0
  /** Flags that were replaced before anybody took them. */
  replaced = 0
  #unsynced: { readonly at: number; readonly undo: () => void }[] = []

  constructor(isInMemory: boolean) {
    this.isInMemory = isInMemory
  }

  /** Holdfast's own writers: never in place of a flag that stands, and synced. */
  link(flag: FlagFile): 'published' | 'pending' {
    if (this.flag !== null) return 'pending'
    this.flag = flag
    this.#unsynced = []
    return 'published'
  }

  /** Foreign writers: whatever stood there is gone. */
  replace(flag: FlagFile, at: number): void {
    const before = this.flag
    if (before !== null) this.replaced += 1
    this.#changed(at, () => (this.flag = before))
    this.flag = flag
  }

  /** Whoever renames the flag away has it. */
  take(name: string, at: number): boolean {
    const taken = this.flag
    if (taken === null) return false
    this.flag = null
    this.claims.set(name, taken)
    this.#changed(at, () => {
      this.claims.delete(name)
      this.flag ??= taken
    })
    return true
  }

  remove(name: string, at: number): void {
    const removed = this.claims.get(name)
    if (removed === undefined) return
    this.claims.delete(name)
    this.#changed(at, () => this.claims.set(name, removed))
  }

  reject(name: string, at: number): string {
    this.remove(name, at)
    this.rejected += 1
    return `rejected/${name}`
  }

  /** How many changes had not reached the disk. */
  losePower(random: Random, at: number): number {
    if (this.isInMemory) {
      this.flag = null
      this.claims.clear()
      this.#unsynced = []
      return 0
    }
    const young = this.#unsynced.filter((change) => at - change.at < WRITTEN_BACK_MS)
    // Changes reach the disk in order: some of the first did, the rest did not.
    const kept = random.below(young.length + 1)
    for (const { undo } of young.slice(kept).toReversed()) undo()
    this.#unsynced = []
    return young.length - kept
  }

  #changed(at: number, undo: () => void): void {
    this.#unsynced.push({ at, undo })
    if (this.#unsynced.length > UNSYNCED_LIMIT) this.#unsynced.shift()
  }
}

interface Taken {
  readonly name: string
  readonly at: number
  readonly unseen: number
  readonly isLeftover: boolean
}

/** One watchdog process's view of it, with the rules of the real one. */
export class FlagView {
  readonly #directory: RuntimeDirectory
  readonly #newName: () => string
  #leftover: string[] | null = null
  /** Of those that were replaced, how many came before this process watched, or are told. */
  #told: number

  constructor(directory: RuntimeDirectory, newName: () => string) {
    this.#directory = directory
    this.#newName = newName
    this.#told = directory.replaced
  }

  claim(at: number): Claim {
    const { claims } = this.#directory
    this.#leftover ??= [...claims.keys()].toSorted()
    for (let name = this.#leftover.shift(); name !== undefined; name = this.#leftover.shift()) {
      if (claims.has(name)) return this.#examine({ name, at, unseen: 0, isLeftover: true })
    }
    const name = this.#newName()
    if (!this.#directory.take(name, at)) return { kind: 'none' }
    const unseen = this.#directory.replaced - this.#told
    this.#told = this.#directory.replaced
    return this.#examine({ name, at, unseen, isLeftover: false })
  }

  recall(): void {
    this.#leftover = null
  }

  #examine({ name, at, unseen, isLeftover }: Taken): Claim {
    const file = this.#directory.claims.get(name)
    if (file === undefined) return { kind: 'none' }
    const { content, ownerUid, writtenAt, fault } = file
    if (fault !== null) {
      return { kind: 'rejected', reason: fault, file: this.#directory.reject(name, at), ownerUid, unseen }
    }
    const flag = { claim: name, content: Buffer.from(content), ownerUid, writtenAt, isLeftover }
    return { kind: 'flag', flag, unseen }
  }
}
