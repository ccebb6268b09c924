/**
 * The agent under requests made from its own OpenAPI document: right ones, nearly right ones and hostile ones, by nobody,
 * by scripts of two roles and by a session. Each answer is judged; what is held before and after is compared.
 */
import { fuzzBytes } from '../../agent/api/fuzz/raw-bytes.ts'
import { fuzz, heldBytes } from '../../agent/api/fuzz/run.ts'
import { startWholeAgent } from '../../agent/api/whole-agent.ts'
import { Story } from '../support/report.ts'

const SEED = 20_261_126
const ROUNDS = 10
const REQUESTS_A_ROUND = 5500
const BYTES_A_ROUND = 300
/** Of what all of them leave behind: the journal's rows that were recorded, by their keys. */
const GROWTH_MIB_LIMIT = 16

const story = await Story.open('fuzz')
const agent = await startWholeAgent()
await fuzz(agent, { seed: SEED, requests: REQUESTS_A_ROUND })
const before = heldBytes()
const from = performance.now()
const counts: Record<string, number> = {}
const faults: string[] = []
for (let round = 1; round <= ROUNDS; round += 1) {
  const seed = SEED + round
  const asked = await fuzz(agent, { seed, requests: REQUESTS_A_ROUND })
  const told = await fuzzBytes(agent.port, { seed, times: BYTES_A_ROUND })
  for (const [status, count] of [...Object.entries(asked.counts), ...Object.entries(told.counts)]) {
    counts[status] = (counts[status] ?? 0) + count
  }
  for (const { fault, request } of [...asked.findings, ...told.findings]) {
    faults.push(fault)
    process.stdout.write(`# seed ${seed}: ${fault}\n#   ${JSON.stringify(request)}\n`)
  }
}
const seconds = (performance.now() - from) / 1000
const requests = Object.values(counts).reduce((sum, count) => sum + count, 0)

story.measured(
  'requests made from the document',
  {
    requests,
    faults: faults.length,
    logged_faults: agent.logged.length,
    held_growth_mib: Math.round(((heldBytes() - before) / 1024 / 1024) * 10) / 10,
    requests_per_s: Math.round(requests / seconds),
    statuses: Object.entries(counts).map(([status, count]) => `${status}: ${count}`),
  },
  {
    requests: { atLeast: 50_000 },
    faults: { exactly: 0 },
    logged_faults: { exactly: 0 },
    held_growth_mib: { atMost: GROWTH_MIB_LIMIT },
  },
)
await agent.stop()
story.close()
