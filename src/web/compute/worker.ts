/** Carries raw pages to the domain and the figures back; calculates nothing itself (FC1). */
import * as z from 'zod/mini'
import { Observer } from '#web/compute/observer.ts'
import type { TakePage, WorkerAnswer } from '#web/compute/protocol.ts'

// The content policy forbids making functions from text (SE8): do not even try.
z.config({ jitless: true })

const observer = new Observer()

addEventListener('message', ({ data: { id, page, question } }: MessageEvent<TakePage>) => {
  const taken = observer.take(page, question)
  const answer: WorkerAnswer =
    'fault' in taken
      ? { id, kind: 'malformed', fault: taken.fault }
      : { id, kind: 'observed', observation: taken }
  postMessage(answer)
})
