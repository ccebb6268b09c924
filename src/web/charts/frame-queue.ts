/**
 * The frames of all charts on their way to the painter. What charts ask for in one task goes as one message, and the painter
 * has one at a time: each message costs the page more than most of what is in it.
 */
import type { ChartFrame } from '#web/charts/chart-frame.ts'
import type { NumberedFrame } from '#web/charts/paint-protocol.ts'

export type MakeFrame = () => ChartFrame

export interface FrameQueue {
  /** The newest wins: a frame that comes while others are painted takes the place of its chart's that waits, which is never made. */
  ask(id: number, make: MakeFrame): void
  forget(id: number): void
  /** Sends what waits, unless the painter is busy. */
  send(): void
  painted(buffer: ArrayBuffer): void
}

export function frameQueue(
  hand: (frames: readonly NumberedFrame[], buffer: ArrayBuffer) => void,
): FrameQueue {
  const waiting = new Map<number, MakeFrame>()
  let isPainting = false
  let spare: ArrayBuffer | null = null

  function send(): void {
    if (isPainting || waiting.size === 0) return
    isPainting = true
    const made = [...waiting].map(([id, make]) => ({ id, frame: make() }))
    waiting.clear()
    const { frames, buffer } = inOneBuffer(made, spare)
    spare = null
    hand(frames, buffer)
  }

  return {
    ask(id, make) {
      waiting.set(id, make)
      if (!isPainting) queueMicrotask(send)
    },
    forget: (id) => void waiting.delete(id),
    send,
    painted(buffer) {
      isPainting = false
      spare = buffer
      send()
    },
  }
}

/**
 * Copies, so that they can be handed over: what is drawn stays with the page. An earlier buffer is used where it fits: to
 * ask for a new one costs more than the copy.
 */
function inOneBuffer(
  frames: readonly NumberedFrame[],
  spare: ArrayBuffer | null,
): { frames: NumberedFrame[]; buffer: ArrayBuffer } {
  const bytes = frames
    .flatMap(({ frame }) => columnsOf(frame))
    .reduce((sum, { byteLength }) => sum + byteLength, 0)
  const buffer = spare?.byteLength === bytes ? spare : new ArrayBuffer(bytes)
  let at = 0
  function copied(column: Float64Array): Float64Array {
    const copy = new Float64Array(buffer, at, column.length)
    copy.set(column)
    at += column.byteLength
    return copy
  }
  return {
    buffer,
    frames: frames.map(({ id, frame }) => ({
      id,
      frame: {
        ...frame,
        t: copied(frame.t),
        lines: frame.lines.map((line) => ({ ...line, values: copied(line.values) })),
      },
    })),
  }
}

function columnsOf({ t, lines }: ChartFrame): Float64Array[] {
  return [t, ...lines.map(({ values }) => values)]
}
