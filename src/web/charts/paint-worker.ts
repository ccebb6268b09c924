/** Holds the painters of a page's charts, and answers each order (paint-protocol.ts). */
import type { PaintAnswer, PaintOrder } from '#web/charts/paint-protocol.ts'
import { createPainter, type Painter } from '#web/charts/painter.ts'

const painters = new Map<number, Painter>()

addEventListener('message', ({ data }: MessageEvent<PaintOrder>) => {
  if (data.kind === 'paint') paint(data)
  else void guarded(data.id, () => obey(data))
})

/** One that fails takes no other with it. */
function paint({ frames, buffer }: Extract<PaintOrder, { kind: 'paint' }>): void {
  for (const { id, frame } of frames) void guarded(id, async () => painters.get(id)?.paint(frame))
  answer({ kind: 'painted', buffer }, [buffer])
}

async function obey(order: Exclude<PaintOrder, { kind: 'paint' }>): Promise<void> {
  const { id } = order
  switch (order.kind) {
    case 'open':
      painters.set(id, createPainter(order.canvas))
      break
    case 'png':
      answer({ kind: 'png', id, blob: await painterOf(id).png() })
      break
    case 'close':
      painters.get(id)?.close()
      painters.delete(id)
      break
  }
}

async function guarded(id: number, act: () => Promise<void>): Promise<void> {
  try {
    await act()
  } catch (error) {
    answer({ kind: 'failed', id, why: String(error) })
  }
}

function answer(message: PaintAnswer, transfer: Transferable[] = []): void {
  postMessage(message, { transfer })
}

function painterOf(id: number): Painter {
  const painter = painters.get(id)
  if (painter === undefined) throw new Error(`no chart ${id} is open`)
  return painter
}
