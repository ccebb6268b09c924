/** One watchdog at a time on a state directory, as `takeLock` has it: the kernel frees it when its holder dies. */
export class ProcessLock {
  #holder: object | null = null

  take(process: object): boolean {
    if (this.#holder !== null) return false
    this.#holder = process
    return true
  }

  release(process: object): void {
    if (this.#holder === process) this.#holder = null
  }

  free(): void {
    this.#holder = null
  }
}
