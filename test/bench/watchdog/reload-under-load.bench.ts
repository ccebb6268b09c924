/**
 * A guarded reload of a gunicorn with four workers under 200 requests a second, in turn with a bare `kill -HUP` of
 * the same master. Sync workers close each connection after its answer; gthread keeps them alive, and then gunicorn
 * itself fails requests at a reload, whoever asks for it.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { systemClock } from '#agent/system/clock.ts'
import { Watched } from '../../integration/support/watched.ts'
import type { JournalTail } from '../support/journal-tail.ts'
import { OpenLoop, type LoadResult } from '../support/open-loop.ts'
import { Story, type Figures, type Limit } from '../support/report.ts'
import { chanceOfMore, rounded, summaryIn, total } from '../support/statistics.ts'
import { bareReload, succeeds, tailOf, UNLIMITED } from '../support/watching.ts'

const BEFORE_MS = 500
const RUN_MS = 1_800
const WORKERS = 4
const HARDLY = 0.05
const SYNC = 'sync'

type Way = (stage: Watched, tail: JournalTail) => Promise<void>

/** From the flag to the intent of the last guarded reload: its preflight, nearly all of it. */
let preflightMs = 0

const guarded: Way = async (stage, tail) => {
  const from = systemClock.monotonicNow()
  stage.raiseFlag({ request_id: `guarded-${tail.rows.length}` })
  await tail.next('outcome', { where: succeeds })
  preflightMs = (tail.of('intent').at(-1)?.time.monotonic ?? from) - from
}

/** At the same moment of the load as the guarded one before, so that as many connections may be lost. */
const bare: Way = async (stage) => {
  await pause(preflightMs)
  await bareReload(stage)
}

const story = await Story.open('reload-under-load')
await compare(SYNC, ['--worker-class', 'sync'], 5)
await compare(
  'gthread with keep-alive',
  ['--worker-class', 'gthread', '--threads', '8', '--keep-alive', '5'],
  10,
)
story.close()

async function compare(name: string, args: readonly string[], runs: number): Promise<void> {
  const stage = new Watched()
  try {
    await stage.startTarget({ workers: WORKERS, args })
    // Only what is asked for: the probe of a crowded machine must not ask for more.
    stage.startWatchdog({ ...UNLIMITED, HOLDFAST_TRIGGER_TARGET_FAILING_LOOKS: '0' })
    const tail = await tailOf(stage)
    const results: Results = { guarded: [], bare: [] }
    for (let run = 0; run < runs; run += 1) {
      results.guarded.push(await underLoad(stage, tail, guarded))
      results.bare.push(await underLoad(stage, tail, bare))
    }
    report(name, 'bare kill -HUP', results.bare)
    if (name === SYNC) report(name, 'guarded reload', results.guarded, {}, { failed: { exactly: 0 } })
    else
      report(name, 'guarded reload', results.guarded, comparison(results), {
        more_than_bare: { exactly: false },
      })
  } finally {
    await stage.close()
  }
}

async function underLoad(stage: Watched, tail: JournalTail, reload: Way): Promise<LoadResult> {
  const load = await OpenLoop.start({ port: stage.port })
  await pause(BEFORE_MS)
  const ends = pause(RUN_MS)
  await reload(stage, tail)
  await ends
  return load.stop()
}

function report(
  name: string,
  way: string,
  runs: readonly LoadResult[],
  more: Figures = {},
  limits: Readonly<Record<string, Limit>> = {},
): void {
  const latency = runs.flatMap(({ latencyMs }) => latencyMs)
  const kinds = Object.entries(Object.groupBy(runs.flatMap(kindsIn), ({ kind }) => kind))
  story.measured(
    `${name}, ${WORKERS} workers, 200 requests/s: ${way}`,
    {
      runs: runs.length,
      sent: total(runs.map(({ sent }) => sent)),
      failed: failedIn(runs),
      failed_each: runs.map(({ failed }) => String(failed)),
      kinds: kinds.map(([kind, found = []]) => `${total(found.map(({ count }) => count))} ${kind}`),
      ...summaryIn('ms', latency),
      ...more,
    },
    limits,
  )
}

interface Results {
  readonly guarded: LoadResult[]
  readonly bare: LoadResult[]
}

/**
 * The signal is the same, so half of all comparisons of two sums would come out above: it counts as more where
 * chance would hardly do it. Both sums are shown all the same.
 */
function comparison({ guarded, bare }: Results): Figures {
  const [ones, others] = [guarded, bare].map((runs) => runs.map(({ failed }) => failed))
  const chance = chanceOfMore(ones ?? [], others ?? [])
  return {
    bare_failed: failedIn(bare),
    chance_of_as_much_more: rounded(chance),
    more_than_bare: chance < HARDLY,
  }
}

function kindsIn({ kinds }: LoadResult): { kind: string; count: number }[] {
  return Object.entries(kinds).map(([kind, count]) => ({ kind, count }))
}

function failedIn(runs: readonly LoadResult[]): number {
  return total(runs.map(({ failed }) => failed))
}
