/** A worker of `npm run sim`: runs the seeds that it is told, and tells what came of each. */
import { runSeed } from './run-seed.ts'

const [first, count, stride, steps] = process.argv.slice(2).map(Number)
for (let seed = first ?? 1, n = 0; n < (count ?? 1); n += 1, seed += stride ?? 1) {
  const report = await runSeed(seed, steps ?? 10_000)
  process.stdout.write(`${JSON.stringify({ ...report, marks: [...report.marks] })}\n`)
}
