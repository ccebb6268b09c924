/** 1,000 process numbers, each given to another process before the signal for the first is asked for: none may arrive (WD8). */
import { reuseNumbers } from '../integration/support/reuse-numbers.ts'

const ROUNDS = 1_000

const startedAt = performance.now()
const counts = reuseNumbers(ROUNDS)
const seconds = Math.round((performance.now() - startedAt) / 100) / 10
process.stdout.write(`${JSON.stringify({ ...counts, seconds })}\n`)
if (counts.reused !== ROUNDS || counts.wrong > 0) process.exitCode = 1
