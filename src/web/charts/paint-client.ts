/**
 * The page's side of painting. One worker paints all charts of a page and ends with the last of them, so that a page
 * that is left gives its memory back. Where a canvas cannot be handed to a worker, the page paints by itself.
 */
import { type FrameQueue, frameQueue, type MakeFrame } from '#web/charts/frame-queue.ts'
import type { PaintAnswer, PaintOrder } from '#web/charts/paint-protocol.ts'

export interface PaintClient {
  paint(make: MakeFrame): void
  png(): Promise<Blob>
  close(): void
}

interface Listener {
  readonly pictured: (blob: Blob) => void
  readonly died: (why: string) => void
}

interface Shared {
  readonly worker: Worker
  readonly frames: FrameQueue
  readonly listeners: Map<number, Listener>
}

export function canPaintInWorker(): boolean {
  return typeof OffscreenCanvas !== 'undefined' && 'transferControlToOffscreen' in HTMLCanvasElement.prototype
}

let shared: Shared | null = null
let nextId = 1

export function paintInWorker(
  canvas: HTMLCanvasElement,
  onFailure: (why: string) => void,
  { spawn = spawnWorker }: { spawn?: () => Worker } = {},
): PaintClient {
  const { worker, frames, listeners } = (shared ??= start(spawn))
  const id = nextId
  nextId += 1
  let askers: { resolve: (blob: Blob) => void; reject: (error: Error) => void }[] = []

  listeners.set(id, {
    pictured: (blob) => askers.shift()?.resolve(blob),
    died(why) {
      for (const { reject } of askers) reject(new Error(why))
      askers = []
      onFailure(why)
    },
  })
  const offscreen = canvas.transferControlToOffscreen()
  order(worker, { kind: 'open', id, canvas: offscreen }, [offscreen])
  return {
    paint: (make) => frames.ask(id, make),
    png: () =>
      new Promise((resolve, reject) => {
        askers.push({ resolve, reject })
        frames.send() // the picture is of what was asked for last
        order(worker, { kind: 'png', id })
      }),
    close() {
      listeners.delete(id)
      frames.forget(id)
      order(worker, { kind: 'close', id })
      if (listeners.size === 0) end(worker)
    },
  }
}

function order(worker: Worker, message: PaintOrder, transfer: Transferable[] = []): void {
  worker.postMessage(message, transfer)
}

function start(spawn: () => Worker): Shared {
  const worker = spawn()
  const listeners = new Map<number, Listener>()
  const frames = frameQueue((plans, buffer) => order(worker, { kind: 'paint', plans, buffer }, [buffer]))
  worker.addEventListener('message', ({ data }: MessageEvent<PaintAnswer>) => {
    if (data.kind === 'painted') frames.painted(data.buffer)
    else if (data.kind === 'png') listeners.get(data.id)?.pictured(data.blob)
    else listeners.get(data.id)?.died(data.why)
  })
  worker.addEventListener('error', (event) => {
    event.preventDefault() // each chart says so, and paints in the page instead
    end(worker)
    for (const { died } of [...listeners.values()]) died(event.message)
  })
  return { worker, frames, listeners }
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
          if (!isClosed) ready.paint(make())
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
