/** Holds the painters of a page's charts, and answers each order (paint-protocol.ts). */
import type { ChartPlan, FrameColumns } from '#web/charts/chart-frame.ts'
import { unpacked } from '#web/charts/frame-pack.ts'
import type { PaintAnswer, PaintOrder } from '#web/charts/paint-protocol.ts'
import { createPainter, type Painter } from '#web/charts/painter.ts'

interface OpenChart {
  readonly painter: Painter
  /** Comes with its first frame. */
  plan: ChartPlan | null
}

const charts = new Map<number, OpenChart>()

addEventListener('message', ({ data }: MessageEvent<PaintOrder>) => {
  if (data.kind === 'paint') paint(data)
  else void guarded(data.id, () => obey(data))
})

/** One that fails takes no other with it. */
function paint({ plans, buffer }: Extract<PaintOrder, { kind: 'paint' }>): void {
  for (const { id, plan } of plans) {
    const chart = charts.get(id)
    if (chart !== undefined) chart.plan = plan
  }
  for (const { id, columns } of unpacked(buffer)) void guarded(id, async () => paintChart(id, columns))
  answer({ kind: 'painted', buffer }, [buffer])
}

function paintChart(id: number, columns: FrameColumns): void {
  const { painter, plan = null } = charts.get(id) ?? {}
  if (plan !== null) painter?.paint({ plan, ...columns })
}

async function obey(order: Exclude<PaintOrder, { kind: 'paint' }>): Promise<void> {
  const { id } = order
  switch (order.kind) {
    case 'open':
      charts.set(id, { painter: createPainter(order.canvas), plan: null })
      break
    case 'png':
      answer({ kind: 'png', id, blob: await painterOf(id).png() })
      break
    case 'close':
      charts.get(id)?.painter.close()
      charts.delete(id)
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
  const chart = charts.get(id)
  if (chart === undefined) throw new Error(`no chart ${id} is open`)
  return chart.painter
}
