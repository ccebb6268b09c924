export interface Mutation {
  readonly guard: string
  /** Under `src`, or under `test/simulation` where what is guarded is a property of the world's ports. */
  readonly file: string
  readonly from: string
  readonly to: string
  /** Why no simulated world can tell the difference; such a one is not run. */
  readonly equivalent?: string
}
