/** Long enough for whoever a signal wakes to have a processor that is ours until then, and too short for anybody to miss it. */
const AFTERWARDS_MS = 5

/** For what nobody waits for: behind a signal that somebody may wait for in this turn of the loop, and behind what it wakes. */
export function afterwards(act: () => void): void {
  setTimeout(act, AFTERWARDS_MS)
}
