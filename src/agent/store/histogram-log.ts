/**
 * What a window of days is made of (FC4): a line for each stretch of time with the histogram of its requests, one file
 * a day. Lines are only added; one that was torn, by a power failure or a full disk, is passed over, and so a gap.
 */
import { appendFile, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as breathe } from 'node:timers/promises'
import * as z from 'zod/mini'
import { BIN_COUNT } from '#domain/metrics/duration-bins.ts'
import type { RequestHistogram } from '#domain/metrics/request-histogram.ts'
import { isoText, type DurationMs, type EpochMs } from '#domain/time.ts'
import { errorCode } from '#agent/settings/read-json.ts'

/** A day has 1440, some kilobytes each: the agent has a probe to take meanwhile. */
const LINES_AT_ONCE = 100
const NAME = /^\d{4}-\d{2}-\d{2}\.jsonl$/
const DAY_MS: DurationMs = 86_400_000

const amounts = z.array(z.int().check(z.nonnegative()))
const line = z
  .object({
    from: z.number(),
    to: z.number(),
    bin: z.array(z.int().check(z.nonnegative(), z.lt(BIN_COUNT))),
    count: amounts,
    failed: amounts,
  })
  .check(z.refine(({ bin, count, failed }) => bin.length === count.length && bin.length === failed.length))
type Line = z.infer<typeof line>

export interface HistogramStretch {
  readonly from: EpochMs
  readonly to: EpochMs
  readonly addTo: (sum: RequestHistogram) => void
}

export class HistogramLog {
  readonly #directory: string

  constructor(stateDir: string) {
    this.#directory = join(stateDir, 'histograms')
  }

  async append({ from, to }: { from: EpochMs; to: EpochMs }, histogram: RequestHistogram): Promise<void> {
    const rows = [...histogram.rows()]
    const said: Line = {
      from,
      to,
      bin: rows.map(({ bin }) => bin),
      count: rows.map(({ count }) => count),
      failed: rows.map(({ failed }) => failed),
    }
    await mkdir(this.#directory, { recursive: true, mode: 0o770 })
    // The end of the line before it, which may have been torn: else this one would be lost with it.
    await appendFile(join(this.#directory, nameOf(from)), `\n${JSON.stringify(said)}`, { mode: 0o640 })
  }

  /** The stretches that reach into a window, in the order in which they were written. */
  async read(from: EpochMs, to: EpochMs): Promise<HistogramStretch[]> {
    const stretches: HistogramStretch[] = []
    // A stretch stands in the file of the day in which it began.
    for (const name of await this.#names()) {
      if (name < nameOf(from - DAY_MS) || name > nameOf(to)) continue
      const lines = (await this.#textOf(name)).split('\n')
      for (const [index, text] of lines.entries()) {
        if (index % LINES_AT_ONCE === 0) await breathe()
        const said = lineIn(text)
        if (said !== null && said.from < to && said.to > from) stretches.push(stretchOf(said))
      }
    }
    return stretches
  }

  /** Files of days that are over for longer than that. */
  async prune(
    keepMs: DurationMs,
    now: EpochMs,
    { isDryRun = false }: { readonly isDryRun?: boolean } = {},
  ): Promise<{ files: number; bytes: number }> {
    const gone = { files: 0, bytes: 0 }
    for (const name of await this.#names()) {
      if (name >= nameOf(now - keepMs - DAY_MS)) continue
      const path = join(this.#directory, name)
      gone.files += 1
      gone.bytes += (await stat(path)).size
      if (!isDryRun) await rm(path, { force: true })
    }
    return gone
  }

  async #names(): Promise<string[]> {
    try {
      return (await readdir(this.#directory)).filter((name) => NAME.test(name)).toSorted()
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return []
      throw error
    }
  }

  async #textOf(name: string): Promise<string> {
    return readFile(join(this.#directory, name), 'utf8')
  }
}

function nameOf(at: EpochMs): string {
  return `${isoText(at).slice(0, 10)}.jsonl`
}

function lineIn(text: string): Line | null {
  try {
    const parsed = line.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}

function stretchOf({ from, to, bin, count, failed }: Line): HistogramStretch {
  return {
    from,
    to,
    addTo: (sum) => {
      for (const [place, at] of bin.entries()) sum.add(at, count[place] as number, failed[place] as number)
    },
  }
}
