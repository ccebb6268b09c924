/**
 * What somebody who is signed in learns beyond `/health` (OB1): with paths, addresses and what disagrees with the
 * contract. Un-enveloped, as `/health` is, and with the names that are the same there.
 */
import * as z from 'zod/mini'
import { JOURNALS } from '../audit/trail.ts'
import type { EpochMs } from '../time.ts'
import { systemStatus } from './admin-api.ts'
import { health } from './health.ts'
import { watchdogStatus } from './watchdog-status.ts'
import { workerStatus } from './worker-api.ts'

const { agent, target, intake, scrape } = systemStatus.shape
const { state, problem, target: targetCondition, rungs } = watchdogStatus.shape

const journalState = z.object({
  journal: z.enum(JOURNALS),
  file: z.string(),
  /** null: it is not there. */
  bytes: z.nullable(z.number()),
  /** Rows that found no room on the disk, and wait for it in the runtime directory; null: nobody can tell. */
  waiting: z.nullable(z.number()),
})

export const deepHealth = z.extend(health, {
  /** When the rest was gathered, and how old that is (OB5); `age_ms` is the probe's. */
  gathered_at: z.string(),
  gathered_age_ms: z.number(),
  agent,
  target: z.extend(target, { metrics_url: z.nullable(z.string()) }),
  runtime_contract: z.extend(health.shape.runtime_contract, {
    file: z.string(),
    paths: workerStatus.shape.contract.shape.paths,
    /** What disagrees, each in one sentence. */
    drift: z.array(z.string()),
  }),
  intake,
  scrape,
  journals: z.object({
    /** False: everything is guarded (WD11). */
    readable: z.boolean(),
    files: z.array(journalState),
  }),
  watchdog: z.object({
    running: z.boolean(),
    /** Its last word, which may be of an earlier life; null: it has never said anything. */
    last_word: z.nullable(z.object({ said_at: z.string(), state, problem, target: targetCondition, rungs })),
  }),
  archive: z.object({ written_to: z.string(), failing: z.boolean() }),
})

export type DeepHealth = z.infer<typeof deepHealth>

/** The same, told at another moment: ages are of the moment in which they are read. */
export function aged(gathered: DeepHealth, now: EpochMs): DeepHealth {
  const since = (instant: string) => Math.max(0, now - Date.parse(instant))
  const { checked_at: checkedAt, gathered_at: gatheredAt } = gathered
  return {
    ...gathered,
    age_ms: checkedAt === null ? null : since(checkedAt),
    gathered_age_ms: since(gatheredAt),
  }
}
