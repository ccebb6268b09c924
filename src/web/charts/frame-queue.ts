/**
 * The frames of all charts on their way to the painter. What charts ask for in one task goes as one message, and the painter
 * has one at a time: each message costs the page more than most of what is in it. A plan goes once, until there is another.
 */
import type { ChartFrame, ChartPlan } from '#web/charts/chart-frame.ts'
import { packed } from '#web/charts/frame-pack.ts'
import type { NumberedPlan } from '#web/charts/paint-protocol.ts'

export type MakeFrame = () => ChartFrame

export interface FrameQueue {
  /** The newest wins: a frame that comes while others are painted takes the place of its chart's that waits, which is never made. */
  ask(id: number, make: MakeFrame): void
  forget(id: number): void
  /** Sends what waits, unless the painter is busy. */
  send(): void
  painted(buffer: ArrayBuffer): void
}

export function frameQueue(hand: (plans: readonly NumberedPlan[], buffer: ArrayBuffer) => void): FrameQueue {
  const waiting = new Map<number, MakeFrame>()
  /** As they were handed over last. */
  const plans = new Map<number, ChartPlan>()
  let isPainting = false
  let spare: ArrayBuffer | null = null

  function send(): void {
    if (isPainting || waiting.size === 0) return
    isPainting = true
    const frames = [...waiting].map(([id, make]) => ({ id, columns: make() }))
    waiting.clear()
    const buffer = packed(frames, spare)
    spare = null
    hand(newPlans(frames), buffer)
  }

  function newPlans(frames: readonly { id: number; columns: ChartFrame }[]): NumberedPlan[] {
    const changed = frames
      .map(({ id, columns: { plan } }) => ({ id, plan }))
      .filter(({ id, plan }) => plans.get(id) !== plan)
    for (const { id, plan } of changed) plans.set(id, plan)
    return changed
  }

  return {
    ask(id, make) {
      waiting.set(id, make)
      if (!isPainting) queueMicrotask(send)
    },
    forget(id) {
      waiting.delete(id)
      plans.delete(id)
    },
    send,
    painted(buffer) {
      isPainting = false
      spare = buffer
      send()
    },
  }
}
