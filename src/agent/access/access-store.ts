/**
 * Accounts and tokens on the disk: `access.json` in the state directory, for its owner alone, replaced whole. The
 * agent is its one writer, and holds what stands in it. A file that cannot be read lets nobody in and is never
 * written over.
 */
import { join } from 'node:path'
import { HoldfastProblem } from '#domain/problems.ts'
import { accessFile, type AccessFile } from '#domain/schemas/access-file.ts'
import { findingText, readJsonText } from '#domain/schemas/findings.ts'
import { errorCode, readSmallFile } from '#agent/settings/read-json.ts'
import { replaceFile } from '#agent/system/replace-file.ts'

export const ACCESS_FILE = 'access.json'

const EMPTY: AccessFile = { format: 'holdfast.access/1', accounts: [], tokens: [] }

export class AccessStore {
  readonly #path: string
  #held: AccessFile | HoldfastProblem

  constructor(stateDir: string) {
    this.#path = join(stateDir, ACCESS_FILE)
    this.#held = readAccess(this.#path)
  }

  /** Why nobody can sign in; null where somebody can. */
  get fault(): HoldfastProblem | null {
    return this.#held instanceof HoldfastProblem ? this.#held : null
  }

  get content(): AccessFile {
    if (this.#held instanceof HoldfastProblem) throw this.#held
    return this.#held
  }

  async replace(content: AccessFile): Promise<void> {
    const text = `${JSON.stringify(content, null, 2)}\n`
    try {
      await replaceFile(this.#path, text, { flush: true, mode: 0o600 })
    } catch (cause) {
      throw new HoldfastProblem('state_unwritable', `${this.#path} (${errorCode(cause)})`, { cause })
    }
    this.#held = content
  }
}

function readAccess(path: string): AccessFile | HoldfastProblem {
  let text: string
  try {
    text = readSmallFile(path).toString('utf8')
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return EMPTY
    return new HoldfastProblem('accounts_unreadable', `${ACCESS_FILE} (${errorCode(cause)})`, { cause })
  }
  const reading = readJsonText(accessFile, text)
  if (reading.ok) return reading.value
  // What was found may be a part of a hash: only where it is wrong is told.
  const places = reading.findings.map(({ path: place, expected }) =>
    findingText({ path: place, expected, found: 'something else' }),
  )
  return new HoldfastProblem('accounts_unreadable', `${ACCESS_FILE}: ${places.join('; ')}`)
}
