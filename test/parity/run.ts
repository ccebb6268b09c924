/** `npm run parity`: makes the committed documents and their baseline anew, and compares every metric. */
import { writeCommitted } from './baseline.ts'
import { allCases } from './cases.ts'
import { compareAll, verdictTable } from './compare.ts'

writeCommitted()
const verdicts = compareAll(allCases())
const failed = verdicts.filter(({ failures }) => failures.length > 0)
process.stdout.write(`${verdictTable(verdicts)}\n`)
process.stdout.write(
  `${verdicts.length - failed.length} metrics within tolerance, ${failed.length} outside\n`,
)
process.exitCode = failed.length === 0 ? 0 : 1
