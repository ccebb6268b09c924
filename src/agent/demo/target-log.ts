/** The target's log: bounded, and quoted when it explains why the target did not start. */
import { copyFileSync, readFileSync, statSync, truncateSync } from 'node:fs'

const BYTES_MAX = 1024 * 1024
const LOOK_EVERY_MS = 5_000
const TAIL_LINES = 6
const TAIL_CHARACTERS_MAX = 1_500

/** Copied and cut: the target appends to the file it has open, so it needs no signal to go on. */
export function boundLog(path: string): { stop(): void } {
  const timer = setInterval(() => cutWhenLarge(path), LOOK_EVERY_MS)
  return { stop: () => clearInterval(timer) }
}

function cutWhenLarge(path: string): void {
  try {
    if (statSync(path).size <= BYTES_MAX) return
    copyFileSync(path, `${path}.1`)
    truncateSync(path)
  } catch {
    // Not there yet, or the disk is full: the next look comes soon.
  }
}

export function logTail(path: string): string {
  try {
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
    return lines.slice(-TAIL_LINES).join('\n').slice(-TAIL_CHARACTERS_MAX)
  } catch {
    return ''
  }
}
