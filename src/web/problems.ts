/** What can go wrong between page, worker and agent; and how that is told. */

/** What went wrong, in the words that the page shows. */
export interface ProblemView {
  readonly code: string
  readonly title: string
  readonly detail: string
}

/** The answer came, but not in the promised form; the message says where and what was found. */
export class MalformedAnswer extends Error {
  override name = 'MalformedAnswer'
}

export class WorkerDied extends Error {
  override name = 'WorkerDied'
  /** Another one has taken its place. */
  readonly replaced: boolean

  constructor(why: string, { replaced }: { replaced: boolean }) {
    super(why)
    this.replaced = replaced
  }
}
