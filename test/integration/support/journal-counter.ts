/** Reads a journal as everybody reads it beside its writer, and prints how many rows it has, or why it cannot. */
import { HoldfastProblem } from '#domain/problems.ts'
import { openJournalReader } from '#agent/store/sqlite-journal.ts'

try {
  const rows = await openJournalReader(process.argv.at(-1) ?? '').read(0, 1_000_000)
  process.stdout.write(`${rows.length}\n`)
} catch (error) {
  if (!(error instanceof HoldfastProblem)) throw error
  process.stdout.write(`${error.code}\n`)
}
