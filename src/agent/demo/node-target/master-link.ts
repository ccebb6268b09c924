/** The worker's end of the channel to its master: questions with answers, and remarks without. */
import { invariant } from '#domain/invariant.ts'
import type { Admission, Answers, FromMaster, FromWorker, Remark, SharedSnapshot } from './wire.ts'

export class MasterLink {
  readonly #pending = new Map<number, (value: unknown) => void>()
  #lastId = 0

  constructor(onRetire: () => void) {
    process.on('message', (message: FromMaster) => {
      if ('retire' in message) return onRetire()
      this.#pending.get(message.answer)?.(message.value)
      this.#pending.delete(message.answer)
    })
  }

  checkOut(): Promise<number | null> {
    return this.#ask('check-out')
  }

  admit(): Promise<Admission> {
    return this.#ask('admit')
  }

  cached(key: string): Promise<string | null> {
    return this.#ask('cache-get', key)
  }

  snapshot(): Promise<SharedSnapshot> {
    return this.#ask('snapshot')
  }

  tell(remark: Remark): void {
    this.#send(remark)
  }

  #ask<K extends keyof Answers>(ask: K, key = ''): Promise<Answers[K]> {
    this.#lastId += 1
    const id = this.#lastId
    this.#send({ ask, id, key } as FromWorker)
    // The master is this target's own code: its answers have the type of the question.
    return new Promise((resolve) => this.#pending.set(id, resolve as (value: unknown) => void))
  }

  #send(message: FromWorker): void {
    invariant(process.send !== undefined, 'a worker has a channel to its master')
    process.send(message)
  }
}
