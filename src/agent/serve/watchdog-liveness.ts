/** Whether the watchdog runs: its own word for it, believed only while the process that gave it lives. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { WATCHDOG_STATUS_FILE, watchdogStatus, type WatchdogStatus } from '#domain/schemas/watchdog-status.ts'
import type { DurationMs, EpochMs } from '#domain/time.ts'
import { bootId } from '#agent/system/proc-stat.ts'
import { startTicks } from '#agent/system/processes.ts'

/** It looks every second, and may be held up for a moment by a preflight of at most ten. */
const SILENCE_MS: DurationMs = 15_000

export async function isWatchdogRunning(runtimeDir: string, now: EpochMs): Promise<boolean> {
  return (await livingWord(runtimeDir, now)) !== null
}

/** What it says of itself; null: it does not run. */
export async function livingWord(runtimeDir: string, now: EpochMs): Promise<WatchdogStatus | null> {
  const status = await lastWord(runtimeDir)
  if (status === null) return null
  // A clock that was set makes its last word look old or young; the process then tells alone.
  const isSilent = now - status.at > SILENCE_MS && now >= status.at
  const lives = status.boot === bootId() && (await startTicks(status.pid)) === status.start_ticks
  return lives && !isSilent ? status : null
}

/** Even where it was said in its life before; null: it has never said anything. */
export async function lastWord(runtimeDir: string): Promise<WatchdogStatus | null> {
  const text = await readFile(join(runtimeDir, WATCHDOG_STATUS_FILE), 'utf8').catch(() => 'null')
  return watchdogStatus.safeParse(parseJson(text)).data ?? null
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null // not the watchdog's writing, which appears whole
  }
}
