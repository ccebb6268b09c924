/** Holds the painters of a page's charts, and answers each order (paint-protocol.ts). */
import type { PaintAnswer, PaintOrder } from '#web/charts/paint-protocol.ts'
import { createPainter, type Painter } from '#web/charts/painter.ts'

const painters = new Map<number, Painter>()

addEventListener('message', ({ data }: MessageEvent<PaintOrder>) => {
  obey(data).then(
    (answer) => {
      if (answer !== null) postMessage(answer, { transfer: answer.kind === 'painted' ? [answer.spare] : [] })
    },
    (error: unknown) =>
      postMessage({ kind: 'failed', id: data.id, why: String(error) } satisfies PaintAnswer),
  )
})

async function obey(order: PaintOrder): Promise<PaintAnswer | null> {
  const { id } = order
  switch (order.kind) {
    case 'open':
      painters.set(id, createPainter(order.canvas))
      return null
    case 'paint':
      painters.get(id)?.paint(order.frame)
      return { kind: 'painted', id, spare: order.frame.buffer }
    case 'png':
      return { kind: 'png', id, blob: await painterOf(id).png() }
    case 'close':
      painters.get(id)?.close()
      painters.delete(id)
      return null
  }
}

function painterOf(id: number): Painter {
  const painter = painters.get(id)
  if (painter === undefined) throw new Error(`no chart ${id} is open`)
  return painter
}
