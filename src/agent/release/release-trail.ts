/**
 * What the operators' journal says of gates: which evidence was recorded, and which waivers were given. Read from where
 * it was left, so that whoever looks often reads each row once.
 */
import { isKnownEvent, type JournalEvent } from '#domain/journal/events.ts'
import type { Waiver } from '#domain/release/waiver.ts'
import { operatorJournalPath } from '#agent/store/journal-paths.ts'
import { openJournalReader, type JournalReader } from '#agent/store/sqlite-journal.ts'

const ROWS_AT_ONCE = 500

export class ReleaseTrail {
  readonly #path: string
  #reader: JournalReader | null = null
  #readUpTo = 0
  #isReadable = true
  readonly #hashes = new Set<string>()
  readonly #waivers: Waiver[] = []

  constructor(stateDir: string) {
    this.#path = operatorJournalPath(stateDir)
  }

  async read(): Promise<void> {
    try {
      const reader = (this.#reader ??= openJournalReader(this.#path))
      // Shorter than it was: another history has begun.
      if (reader.head() < this.#readUpTo) this.#forget()
      for (;;) {
        const rows = await reader.read(this.#readUpTo, ROWS_AT_ONCE)
        for (const { seq, event } of rows) {
          this.#readUpTo = seq
          if (isKnownEvent(event)) this.#take(event)
        }
        if (rows.length < ROWS_AT_ONCE) break
      }
      this.#isReadable = true
    } catch {
      // Judged as not recorded, with the command that says more.
      await this.close()
      this.#isReadable = false
    }
  }

  /** null: nobody can say. */
  isRecorded = (hash: string): boolean | null => (this.#isReadable ? this.#hashes.has(hash) : null)

  get waivers(): readonly Waiver[] {
    return this.#isReadable ? [...this.#waivers] : []
  }

  async close(): Promise<void> {
    await this.#reader?.close()
    this.#reader = null
    this.#forget()
  }

  #take(event: JournalEvent): void {
    if (event.type === 'gates_run') event.results.forEach(({ evidence }) => this.#hashes.add(evidence))
    if (event.type === 'gate_waived') this.#waivers.push(event)
  }

  #forget(): void {
    this.#readUpTo = 0
    this.#hashes.clear()
    this.#waivers.length = 0
  }
}
