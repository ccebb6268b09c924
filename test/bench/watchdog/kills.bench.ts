/**
 * kill -9 at random moments during real restarts, five hundred times, in two lanes side by side. Seeded: the moments
 * are the same in each run, what the machine was at in them is not.
 */
import { killAtRandom, type KillsReport } from '../../integration/support/kills.ts'
import { Story } from '../support/report.ts'
import { total } from '../support/statistics.ts'

const KILLS = Number(process.env['HOLDFAST_BENCH_KILLS'] ?? 500)
const SEEDS = [1, 2]

const story = await Story.open('kills')
const lanes = await Promise.all(SEEDS.map((seed) => killAtRandom({ kills: KILLS / SEEDS.length, seed })))
const sum = (figure: (lane: KillsReport) => number) => total(lanes.map(figure))
const lastEvents = Object.entries(
  Object.groupBy(
    lanes.flatMap((lane) => Object.entries(lane.lastEvents)),
    ([type]) => type,
  ),
)
story.measured(
  'kill -9 at random moments during restarts',
  {
    kills: sum(({ kills }) => kills),
    acknowledged: sum(({ acknowledged }) => acknowledged),
    signals: sum(({ signals }) => signals),
    lost: sum(({ lost }) => lost),
    ended_twice: sum(({ endedTwice }) => endedTwice),
    under_counted: sum(({ underCounted }) => underCounted),
    unaccounted: sum(({ unaccounted }) => unaccounted),
    claims_left: sum(({ claimsLeft }) => claimsLeft),
    chains: lanes.map(({ chain }) => chain),
    last_before_the_kill: lastEvents.map(
      ([type, found = []]) => `${total(found.map(([, count]) => count))} ${type}`,
    ),
  },
  {
    kills: { exactly: KILLS },
    lost: { exactly: 0 },
    ended_twice: { exactly: 0 },
    under_counted: { exactly: 0 },
    unaccounted: { exactly: 0 },
    claims_left: { exactly: 0 },
    chains: { exactly: SEEDS.map(() => 'whole') },
  },
)
story.close()
