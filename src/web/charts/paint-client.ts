/**
 * The page's side of painting. One worker paints all charts of a page and ends with the last of them, so that a page
 * that is left gives its memory back. Where a canvas cannot be handed to a worker, the page paints by itself.
 */
import type { ChartFrame } from '#web/charts/chart-frame.ts'
import type { PaintAnswer, PaintOrder } from '#web/charts/paint-protocol.ts'

/** Into what an earlier frame came in, where there is any. */
type MakeFrame = (spare: ArrayBuffer | null) => ChartFrame

export interface PaintClient {
  /** The newest wins: a frame that comes while another is painted takes the place of those that wait, which are never made. */
  paint(make: MakeFrame): void
  png(): Promise<Blob>
  close(): void
}

interface Listener {
  readonly heard: (answer: PaintAnswer) => void
  readonly died: (why: string) => void
}

export function canPaintInWorker(): boolean {
  return typeof OffscreenCanvas !== 'undefined' && 'transferControlToOffscreen' in HTMLCanvasElement.prototype
}

let shared: { worker: Worker; listeners: Map<number, Listener> } | null = null
let nextId = 1

export function paintInWorker(
  canvas: HTMLCanvasElement,
  onFailure: (why: string) => void,
  { spawn = spawnWorker }: { spawn?: () => Worker } = {},
): PaintClient {
  const { worker, listeners } = (shared ??= start(spawn))
  const id = nextId
  nextId += 1
  let isBusy = false
  let waiting: MakeFrame | null = null
  let spare: ArrayBuffer | null = null
  let askers: { resolve: (blob: Blob) => void; reject: (error: Error) => void }[] = []

  const order = (message: PaintOrder, transfer: Transferable[] = []) => worker.postMessage(message, transfer)

  function paint(make: MakeFrame): void {
    if (isBusy) waiting = make
    else {
      isBusy = true
      const frame = make(spare)
      order({ kind: 'paint', id, frame }, [frame.buffer])
    }
  }

  function heard(answer: PaintAnswer): void {
    if (answer.kind === 'failed') return died(answer.why)
    if (answer.kind === 'png') return askers.shift()?.resolve(answer.blob)
    isBusy = false
    spare = answer.spare
    const next = waiting
    waiting = null
    if (next !== null) paint(next)
  }

  function died(why: string): void {
    for (const { reject } of askers) reject(new Error(why))
    askers = []
    onFailure(why)
  }

  listeners.set(id, { heard, died })
  const offscreen = canvas.transferControlToOffscreen()
  order({ kind: 'open', id, canvas: offscreen }, [offscreen])
  return {
    paint,
    png: () =>
      new Promise((resolve, reject) => {
        askers.push({ resolve, reject })
        order({ kind: 'png', id })
      }),
    close() {
      listeners.delete(id)
      order({ kind: 'close', id })
      if (listeners.size === 0) end(worker)
    },
  }
}

function start(spawn: () => Worker): NonNullable<typeof shared> {
  const worker = spawn()
  const listeners = new Map<number, Listener>()
  worker.addEventListener('message', ({ data }: MessageEvent<PaintAnswer>) =>
    listeners.get(data.id)?.heard(data),
  )
  worker.addEventListener('error', (event) => {
    event.preventDefault() // each chart says so, and paints in the page instead
    end(worker)
    for (const { died } of [...listeners.values()]) died(event.message)
  })
  return { worker, listeners }
}

function end(worker: Worker): void {
  worker.terminate()
  if (shared?.worker === worker) shared = null
}

function spawnWorker(): Worker {
  return new Worker(new URL('./paint-worker.ts', import.meta.url), {
    type: 'module',
    name: 'holdfast-charts',
  })
}

export function paintInPage(canvas: HTMLCanvasElement, onFailure: (why: string) => void): PaintClient {
  let isClosed = false
  const painter = import('#web/charts/painter.ts').then(({ createPainter }) => createPainter(canvas))
  painter.catch((error: unknown) => onFailure(String(error)))
  return {
    paint: (make) =>
      void painter
        .then((ready) => {
          if (!isClosed) ready.paint(make(null))
        })
        .catch((error: unknown) => onFailure(String(error))),
    png: async () => (await painter).png(),
    close() {
      isClosed = true
      painter.then(
        (ready) => ready.close(),
        () => {}, // it was told when it failed
      )
    },
  }
}
