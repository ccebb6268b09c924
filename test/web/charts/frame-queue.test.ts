import { beforeEach, expect, test } from 'vitest'
import { type FrameQueue, frameQueue } from '#web/charts/frame-queue.ts'
import { frameOf } from '#web/charts/chart-drawing.ts'
import type { NumberedFrame } from '#web/charts/paint-protocol.ts'
import { sampleDrawing, WHOLE } from './sample-drawing.ts'

const LOOK = { colour: () => '#000000', font: 'sans-serif' }
let handed: { frames: readonly NumberedFrame[]; buffer: ArrayBuffer }[] = []
let made: string[] = []
let queue: FrameQueue

beforeEach(() => {
  handed = []
  made = []
  queue = frameQueue((frames, buffer) => handed.push({ frames, buffer }))
})

function ask(chart: number, frame: number): void {
  queue.ask(chart, () => {
    made.push(`${frame} of chart ${chart}`)
    return frameOf(sampleDrawing(), {
      part: WHOLE,
      look: LOOK,
      size: { width: 400, height: 200, ratio: 1 },
    })
  })
}

/** What is asked for in one task is handed over after it. */
const taskEnds = () => Promise.resolve()

test('frames of all charts that are asked for in one task go as one, as copies in one buffer', async () => {
  ask(1, 1)
  ask(2, 1)
  await taskEnds()
  expect(handed.map(({ frames }) => frames.map(({ id }) => id))).toEqual([[1, 2]])
  const { t, lines } = sampleDrawing()
  for (const { frame } of handed[0]?.frames ?? []) {
    expect(frame.t).toEqual(t)
    expect(frame.lines.map(({ values }) => values)).toEqual(lines.map(({ values }) => values))
    for (const { buffer } of [frame.t, ...frame.lines.map(({ values }) => values)])
      expect(buffer).toBe(handed[0]?.buffer)
  }
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
