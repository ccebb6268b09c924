/** A broken promise is a bug, not bad input: the sentence says what must hold. */
export function invariant(condition: unknown, sentence: string): asserts condition {
  if (!condition) throw new BrokenPromise(sentence)
}

export class BrokenPromise extends Error {
  override name = 'BrokenPromise'
}
