/** Tells the watchdog what was counted of the requests, once a second while there are any. */
import { join } from 'node:path'
import { TRAFFIC_FILE, type Traffic } from '#domain/schemas/traffic-file.ts'
import type { DurationMs } from '#domain/time.ts'
import type { TrafficTally } from '#agent/intake/traffic-tally.ts'
import { logLine } from '#agent/system/log.ts'
import { replaceFile } from '#agent/system/replace-file.ts'

const EVERY_MS: DurationMs = 1_000

interface TrafficWriterParts {
  readonly tally: Pick<TrafficTally, 'read'>
  readonly runtimeDir: string
  readonly boot: string
}

export function startTrafficWriter({ tally, runtimeDir, boot }: TrafficWriterParts): { stop(): void } {
  const path = join(runtimeDir, TRAFFIC_FILE)
  let isWriting = false
  let isFailing = false

  const write = async (): Promise<void> => {
    const counted = tally.read()
    if (isWriting || counted.seconds.length === 0) return
    isWriting = true
    try {
      await replaceFile(path, `${JSON.stringify({ boot, ...counted } satisfies Traffic)}\n`)
      isFailing = false
    } catch (error) {
      // Evidence that is missing is evidence of nothing; once is enough to say it.
      if (!isFailing) logLine('warning', `${path} cannot be written`, { error: String(error) })
      isFailing = true
    } finally {
      isWriting = false
    }
  }
  const timer = setInterval(() => void write(), EVERY_MS)
  return { stop: () => clearInterval(timer) }
}
