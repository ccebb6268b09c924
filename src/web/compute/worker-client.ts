/**
 * The page's side of the worker. One that dies (an error, or no answer in time) is replaced once; the
 * second death is final until the page is loaded again. Both are reported, neither is silent.
 */
import type { Observation, Page, Question, TakePage, WorkerAnswer } from '#web/compute/protocol.ts'
import { settled } from '#web/compute/settle.ts'
import { MalformedAnswer, WorkerDied } from '#web/problems.ts'

/** Far beyond any page's work: a worker that needs longer hangs. */
const TIME_LIMIT_MS = 10_000

interface Pending {
  resolve: (observation: Observation) => void
  reject: (error: Error) => void
  timer: ReturnType<typeof setTimeout>
}

export interface ComputeClient {
  take(page: Page, question: Question): Promise<Observation>
  close(): void
}

const REPLACEMENTS_MAX = 1

export function createComputeClient(spawn: () => Worker = spawnWorker): ComputeClient {
  const pending = new Map<number, Pending>()
  let replacements = 0
  let nextId = 1
  /** Its code is loaded when there is something to compute; null: there is none any more. */
  let worker: Worker | null | undefined

  function start(): Worker {
    const fresh = spawn()
    fresh.addEventListener('message', ({ data }: MessageEvent<WorkerAnswer>) => settle(data))
    fresh.addEventListener('error', (event) => {
      event.preventDefault() // it is told in the page, with what happens next
      bury(event.message)
    })
    fresh.addEventListener('messageerror', () => bury('an answer could not be read'))
    return fresh
  }

  function settle({ id, taken }: WorkerAnswer): void {
    const asked = pending.get(id)
    if (asked === undefined) return // it was given up when the worker was replaced
    pending.delete(id)
    clearTimeout(asked.timer)
    if ('fault' in taken) asked.reject(new MalformedAnswer(taken.fault))
    else asked.resolve(settled(taken))
  }

  function bury(why: string): void {
    worker?.terminate()
    const replaced = replacements < REPLACEMENTS_MAX
    worker = replaced ? start() : null
    replacements += 1
    rejectAll(new WorkerDied(why, { replaced }))
  }

  function rejectAll(error: Error): void {
    for (const { reject, timer } of pending.values()) {
      clearTimeout(timer)
      reject(error)
    }
    pending.clear()
  }

  return {
    take(page, question) {
      if (worker === undefined) worker = start()
      const alive = worker
      if (alive === null) return Promise.reject(new WorkerDied('it stopped twice', { replaced: false }))
      const id = nextId
      nextId += 1
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => bury(`no answer within ${TIME_LIMIT_MS} ms`), TIME_LIMIT_MS)
        pending.set(id, { resolve, reject, timer })
        alive.postMessage({ id, page, question } satisfies TakePage, [page.bytes])
      })
    },
    close() {
      worker?.terminate()
      worker = null
      rejectAll(new WorkerDied('the view was left', { replaced: false }))
    },
  }
}

function spawnWorker(): Worker {
  return new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'holdfast-compute' })
}
