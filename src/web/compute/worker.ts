/** Carries raw pages to the domain and the figures back; calculates nothing itself (FC1). */
import { Observer } from '#web/compute/observer.ts'
import type { TakePage, WorkerAnswer } from '#web/compute/protocol.ts'

const observer = new Observer()

addEventListener('message', ({ data: { id, page, question } }: MessageEvent<TakePage>) => {
  const taken = observer.take(page, question)
  const answer: WorkerAnswer =
    'fault' in taken
      ? { id, kind: 'malformed', fault: taken.fault }
      : { id, kind: 'observed', observation: taken }
  postMessage(answer)
})
