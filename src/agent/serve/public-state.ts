/** Leaves behind, again and again, what anybody may know, for nginx to show when this process does not answer any more (SH3). */
import { join } from 'node:path'
import { PUBLIC_STATE_FILE, publicStateText } from '#domain/health/public-state.ts'
import type { DurationMs } from '#domain/time.ts'
import type { Clock } from '#agent/ports/clock.ts'
import { logLine } from '#agent/system/log.ts'
import { replaceFileInPlace } from '#agent/system/replace-file.ts'
import type { HealthReader } from './health-reader.ts'
import { isWatchdogRunning } from './watchdog-liveness.ts'

/** How old, at most, the last word is when the process is killed. */
const EVERY_MS: DurationMs = 2_000

interface PublicStateParts {
  readonly reader: Pick<HealthReader, 'latest'>
  readonly runtimeDir: string
  readonly clock: Pick<Clock, 'wallNow'>
}

export function startPublicState({ reader, runtimeDir, clock }: PublicStateParts): { stop(): void } {
  const path = join(runtimeDir, PUBLIC_STATE_FILE)
  let isFailing = false
  const write = async (): Promise<void> => {
    const at = clock.wallNow()
    const watchdogRunning = await isWatchdogRunning(runtimeDir, at).catch(() => null)
    try {
      replaceFileInPlace(path, publicStateText(reader.latest().health, { at, watchdogRunning }), {
        forAll: true,
      })
      isFailing = false
    } catch (error) {
      // The page then shows an older time, or nothing; once is enough to say it.
      if (!isFailing) logLine('warning', `${path} cannot be written`, { error: String(error) })
      isFailing = true
    }
  }
  void write()
  const timer = setInterval(() => void write(), EVERY_MS)
  return { stop: () => clearInterval(timer) }
}
