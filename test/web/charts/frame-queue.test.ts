import { beforeEach, expect, test } from 'vitest'
import { type FrameQueue, frameQueue } from '#web/charts/frame-queue.ts'
import { frameOf, planner } from '#web/charts/chart-drawing.ts'
import { unpacked } from '#web/charts/frame-pack.ts'
import type { NumberedPlan } from '#web/charts/paint-protocol.ts'
import { sampleDrawing, WHOLE } from './sample-drawing.ts'

const GIVEN = {
  look: { colour: () => '#000000', font: 'sans-serif' },
  size: { width: 400, height: 200, ratio: 1 },
}
let planOf = new Map<number, ReturnType<typeof planner>>()
let handed: { plans: readonly NumberedPlan[]; buffer: ArrayBuffer }[] = []
let made: string[] = []
let queue: FrameQueue

beforeEach(() => {
  handed = []
  made = []
  planOf = new Map([1, 2].map((chart) => [chart, planner()]))
  queue = frameQueue((plans, buffer) => handed.push({ plans, buffer }))
})

function ask(chart: number, frame: number, drawing = sampleDrawing()): void {
  queue.ask(chart, () => {
    made.push(`${frame} of chart ${chart}`)
    return frameOf(drawing, WHOLE, (planOf.get(chart) ?? planner())(drawing, GIVEN))
  })
}

/** What is asked for in one task is handed over after it. */
const taskEnds = () => Promise.resolve()

test('frames of all charts that are asked for in one task go as one, as copies in one buffer', async () => {
  ask(1, 1)
  ask(2, 1)
  await taskEnds()
  const { t, lines } = sampleDrawing()
  const columns = { ...WHOLE, t, values: lines.map(({ values }) => values) }
  expect(handed).toHaveLength(1)
  const { plans, buffer } = handed[0] as (typeof handed)[number]
  expect(unpacked(buffer)).toEqual([
    { id: 1, columns },
    { id: 2, columns },
  ])
  expect(plans.map(({ id, plan }) => [id, plan.lines.length])).toEqual([
    [1, 2],
    [2, 2],
  ])
})

test('a plan goes once, and again when anything in it is another or its chart is new', async () => {
  const drawing = sampleDrawing()
  const moved = {
    ...drawing,
    lines: drawing.lines.map((line) => ({ ...line, values: line.values.slice(1) })),
  }
  const unmarked = { ...moved, marks: [] }
  for (const next of [drawing, moved, unmarked]) {
    ask(1, 1, next)
    await taskEnds()
    queue.painted(new ArrayBuffer())
  }
  queue.forget(1)
  ask(1, 1, unmarked)
  await taskEnds()
  expect(handed.map(({ plans }) => plans.map(({ plan }) => plan.marks.length))).toEqual([[1], [], [0], [0]])
})

test('of frames that come while others are painted only the newest of each chart is made', async () => {
  ask(1, 1)
  await taskEnds()
  for (const frame of [2, 3]) for (const chart of [1, 2]) ask(chart, frame)
  await taskEnds()
  expect(made).toEqual(['1 of chart 1'])
  queue.painted(new ArrayBuffer())
  expect(made).toEqual(['1 of chart 1', '3 of chart 1', '3 of chart 2'])
  expect(handed).toHaveLength(2)
})

test('a chart that is gone is not painted, and what waits can be sent at once', async () => {
  ask(1, 1)
  ask(2, 1)
  queue.forget(1)
  queue.send()
  expect(made).toEqual(['1 of chart 2'])
  await taskEnds()
  expect(handed).toHaveLength(1)
})

test('a buffer that was given back is used again where it fits, and else not', async () => {
  ask(1, 1)
  await taskEnds()
  const first = handed[0]?.buffer as ArrayBuffer
  ask(1, 2)
  queue.painted(first)
  expect(handed[1]?.buffer).toBe(first)
  ask(1, 3)
  ask(2, 3)
  queue.painted(first)
  expect(handed[2]?.buffer.byteLength).toBe(2 * first.byteLength)
})
