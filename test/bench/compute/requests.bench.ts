/**
 * The metrics against what anybody would write first (an object for each request, sorted by duration), and against the
 * least that any of them could do: one plain pass over the columns. All in this one process, in turn.
 */
import { inBuckets, MILLION, BUCKETS, NEW_ROWS, ours, states, ticks } from '../support/compute.ts'
import { BUCKET_LIMITS, STATE_LIMITS, tickLimits } from '../support/compute-limits.ts'
import { requestsOf } from '../support/requests.ts'
import { Story } from '../support/report.ts'
import { rounded } from '../support/statistics.ts'

const story = await Story.open('requests')
const columns = requestsOf({ count: MILLION, perMs: 1, seed: 1 })
// First: what others leave behind would make the heap larger, and the collector lazy.
const extra = extraMib()
story.measured(
  `${MILLION} requests in ${BUCKETS} buckets, nine figures each`,
  { ...inBuckets(columns), extra_mib: extra },
  { ...BUCKET_LIMITS, extra_mib: { atMost: 8 } },
)
for (const windowRows of [10_000, 100_000, MILLION]) {
  story.measured(
    `a tick of ${NEW_ROWS} new requests on a window of ${windowRows}`,
    ticks(windowRows),
    tickLimits(windowRows),
  )
}
story.measured('10000 transitions of a breaker and 10000 restarts', states(), STATE_LIMITS)
story.close()

/** Garbage counts as well: it is memory until somebody collects it. */
function extraMib(): number {
  const before = usedBytes()
  let most = 0
  for (let round = 0; round < 21; round += 1) {
    ours(columns)
    most = Math.max(most, usedBytes() - before)
  }
  return rounded(most / 1_048_576)
}

function usedBytes(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}
