/**
 * What the health payload holds beside the verdict (IN1): pool, breaker and cache, each stored as it stands. A block
 * that is not there is a gap with its reason, from this look on until one that has it (IN3).
 */
import type { EpochMs } from '#domain/time.ts'
import type { TargetHealth } from '#domain/schemas/health.ts'
import type { GapReason } from '#domain/schemas/raw-v1.ts'
import type { RawStore } from '#agent/store/raw-store.ts'
import { malformedBlock, type SeenOutcome } from './read-answer.ts'

const BLOCKS = {
  pool: 'database_pool',
  breaker: 'circuit_breaker',
  cache: 'route_cache',
} as const satisfies Record<string, keyof TargetHealth>
type PayloadStream = keyof typeof BLOCKS
const PAYLOAD_STREAMS = Object.keys(BLOCKS) as PayloadStream[]

/** Those that are scraped have their source there, and one is enough. */
export type ScrapedElsewhere = Pick<ReadonlySet<PayloadStream>, 'has'>

/** Until the first look. */
export function awaitPayload(store: RawStore, at: EpochMs, scraped: ScrapedElsewhere): void {
  for (const stream of ownStreams(scraped)) store.beginGap(stream, at, 'not_seen_yet')
}

export function storePayload(store: RawStore, seen: SeenOutcome, scraped: ScrapedElsewhere): void {
  const { at } = seen
  const health = seen.kind === 'answered' ? seen.health : null
  for (const stream of ownStreams(scraped)) {
    if (health !== null && STORES[stream](store, at, health)) store.endGap(stream, at)
    else store.beginGap(stream, at, missingBecause(seen, BLOCKS[stream]))
  }
}

function ownStreams(scraped: ScrapedElsewhere): PayloadStream[] {
  return PAYLOAD_STREAMS.filter((stream) => !scraped.has(stream))
}

/** False where the block is not there. */
const STORES: Readonly<
  Record<PayloadStream, (store: RawStore, at: EpochMs, health: TargetHealth) => boolean>
> = {
  pool: (store, at, { database_pool: pool }) => {
    if (pool) store.addPool(at, pool.state.checked_out, pool.state.max_capacity)
    return Boolean(pool)
  },
  breaker: (store, at, { circuit_breaker: breaker }) => {
    if (breaker) store.addBreakerState(at, breaker.state)
    return Boolean(breaker)
  },
  cache: (store, at, { route_cache: cache }) => {
    if (cache) store.addCache(at, { l1Hits: cache.l1_hits, l2Hits: cache.l2_hits, misses: cache.misses })
    return Boolean(cache)
  },
}

/** A silence has the words that the probe's own row has. */
function missingBecause(seen: SeenOutcome, block: (typeof BLOCKS)[PayloadStream]): GapReason {
  if (seen.kind === 'failed') return `target_${seen.reason}`
  if (seen.health === null) return 'no_payload'
  return seen.health.warnings?.includes(malformedBlock(block)) === true ? 'block_malformed' : 'block_missing'
}
