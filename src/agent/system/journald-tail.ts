/** The last lines of a unit out of journald, where it keeps them and this account may read them. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'
import type { DurationMs } from '#domain/time.ts'

const JOURNALD_SOCKET = '/run/systemd/journal/stdout'
const WAIT_MS: DurationMs = 2_000
const BYTES_LIMIT = 1024 * 1024

/** null: there is no journald here. Throws where it does not answer. */
export async function journaldTail(unit: string, lines: number): Promise<string[] | null> {
  if (!existsSync(JOURNALD_SOCKET)) return null
  const args = ['--output=cat', '--no-pager', '--quiet', `--lines=${lines}`, `--unit=${unit}`]
  const options = { timeout: WAIT_MS, maxBuffer: BYTES_LIMIT }
  const { stdout } = await promisify(execFile)('journalctl', args, options)
  return stdout.split('\n').filter((line) => line !== '')
}
