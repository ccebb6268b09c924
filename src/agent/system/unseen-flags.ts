/**
 * How many flags came under the flag's name and were not there any more when it was taken: replaced by a foreign
 * writer's rename, or withdrawn. All there is to tell it are the directory's events, one for each time that a name
 * comes or goes. They may be late, so a number can be told one flag later; never is one told that was not.
 */
export class UnseenFlags {
  #events = 0
  #taken = 0
  #told = 0

  /** The watch begins, or begins anew: what came before is not known, but whether one stands is. */
  begin(isStanding: boolean): void {
    this.#events = isStanding ? 1 : 0
    this.#taken = 0
    this.#told = 0
  }

  saw(): void {
    this.#events += 1
  }

  /** So far: asked right before one is taken, since its own going is an event as well. */
  get events(): number {
    return this.#events
  }

  took(eventsBefore: number): number {
    // Each one that was taken before has left the event of its going.
    const arrived = eventsBefore - this.#taken
    this.#taken += 1
    const unseen = Math.max(0, arrived - this.#taken - this.#told)
    this.#told += unseen
    return unseen
  }
}
