import { open } from 'node:fs/promises'
import { resolve } from 'node:path'
import { HoldfastProblem } from '#domain/problems.ts'
import { parseTime, TIME_EXPECTED } from '#domain/time-text.ts'
import { isoText, type DurationMs, type EpochMs } from '#domain/time.ts'
import { dataOf } from '#agent/operator/agent-line.ts'
import { operatorSettings } from '#agent/operator/operator-settings.ts'
import { withAgent } from '#agent/operator/with-agent.ts'
import type { Settings } from '#agent/settings/settings.ts'
import { errorCode } from '#agent/settings/read-json.ts'
import { systemClock } from '#agent/system/clock.ts'
import { EXIT, type ExitCode, type Invocation, type OptionValues } from '../command.ts'
import * as z from 'zod/mini'

const WINDOW_MS: DurationMs = 3_600_000
const MAKING_MS: DurationMs = 60_000

/** `holdfast bundle`: one file with what was known and decided, for whoever looks at the incident later (AU4). */
export async function bundle({ env, configFile, options, out }: Invocation): Promise<ExitCode> {
  const window = windowOf(options, systemClock.wallNow())
  const file = resolve(typeof options.out === 'string' ? options.out : nameOf(window.to))
  const bytes = await fetchBundle(operatorSettings(env, configFile), window)
  await writeNew(file, bytes)
  const { from, to } = { from: isoText(window.from), to: isoText(window.to) }
  out.result(
    { file, bytes: bytes.length, window: { from, to } },
    `${file} (${Math.ceil(bytes.length / 1024)} KiB), from ${from} to ${to}.\n` +
      'Secrets are removed; what people typed as a reason is in it. Begin with its README.txt.',
  )
  return EXIT.done
}

function windowOf({ from, to }: OptionValues, now: EpochMs): { from: EpochMs; to: EpochMs } {
  const end = timeOption('to', to) ?? now
  const start = timeOption('from', from) ?? end - WINDOW_MS
  if (start < end && start <= now) return { from: start, to: end }
  throw new HoldfastProblem('usage', '--from: expected a time before --to, and not in the future')
}

function timeOption(name: string, text: OptionValues[string]): EpochMs | null {
  if (typeof text !== 'string') return null
  const at = parseTime(text, (local) => -new Date(local).getTimezoneOffset() * 60_000)
  if (at !== null) return Math.floor(at)
  throw new HoldfastProblem('usage', `--${name}: expected ${TIME_EXPECTED}, found "${text}"`)
}

function nameOf(to: EpochMs): string {
  return `holdfast-bundle-${isoText(to).replaceAll(/[-:]|\.\d+/g, '')}.tar.gz`
}

async function fetchBundle(
  settings: Settings,
  { from, to }: { from: EpochMs; to: EpochMs },
): Promise<Buffer> {
  return withAgent(settings, async (line) => {
    const answer = await line.download(`/admin/api/bundle?from=${from}&to=${to}`, MAKING_MS)
    if (answer.status !== 200) dataOf(answer, z.never())
    return answer.bytes
  })
}

/** For its owner alone, and never over another file. */
async function writeNew(file: string, bytes: Buffer): Promise<void> {
  try {
    const handle = await open(file, 'wx', 0o600)
    try {
      await handle.writeFile(bytes)
    } finally {
      await handle.close()
    }
  } catch (cause) {
    const detail = `${file}: expected to be made anew, found ${errorCode(cause)}`
    throw new HoldfastProblem('input_invalid', detail, { cause })
  }
}
