/**
 * A million requests on their way to the console: the binary frame beside columnar JSON of the same values, both at
 * the resolution that the agent stores (whole milliseconds of arrival, microseconds of duration), both compressed as
 * the agent's route does it. Nothing is lost, so nothing can be smaller than what the values have to say: that least is
 * reckoned as well, from the entropy of each column.
 */
import { gunzipSync, gzipSync } from 'node:zlib'
import { decodeStream } from '#domain/raw-frame/decode.ts'
import { encodeStream } from '#domain/raw-frame/encode.ts'
import { columnFaults } from '#domain/schemas/raw-columns.ts'
import { TEXT_GZIP } from '#agent/api/compression.ts'
import { FRAME_GZIP } from '#agent/system/frame-gzip.ts'
import { plainPass, timesMs } from '../support/compute.ts'
import { DECODE_LIMITS } from '../support/compute-limits.ts'
import { arrivingRequestsOf, DURATIONS } from '../support/requests.ts'
import { Story } from '../support/report.ts'
import { rounded, summary } from '../support/statistics.ts'

const MILLION = 1_000_000
/** For which the agent's store is made: an hour of them. */
const PER_S = 300
/** More than the compilers need to settle: one of them once did so at half the speed after thirty. */
const TIMES = 61

const story = await Story.open('wire')
const { t, durationMs, status } = arrivingRequestsOf({ count: MILLION, perS: PER_S, seed: 1 })
const columns = { t, duration_ms: durationMs, status }

const frame = written()
const text = asJson()
const frameGzip = gzipSync(frame, FRAME_GZIP)
const frameBytes = frameGzip.length
const textBytes = gzipSync(text, TEXT_GZIP).length
const leastBytes = (MILLION * (entropyOf(stepsOf(t)) + entropyOf(status) + durationBits())) / 8

story.measured(
  `${MILLION} requests at ${PER_S} a second, compressed`,
  {
    frame_bytes: frameBytes,
    json_bytes: textBytes,
    times_of_json: rounded(frameBytes / textBytes),
    times_of_json_at_default_level: rounded(frameBytes / gzipSync(text).length),
    least_possible_bytes: Math.round(leastBytes),
    times_of_least_possible: rounded(frameBytes / leastBytes),
    values_changed: valuesChanged(),
  },
  {
    times_of_json: { atMost: 0.45 },
    times_of_least_possible: { atMost: 1.06 },
    values_changed: { exactly: 0 },
  },
)

const arrived = gunzipSync(frameGzip)
const bytes = new Uint8Array(arrived).buffer
const decodes = timesMs(TIMES, () => decodeStream('requests', bytes))
const plainMs = summary(timesMs(TIMES, () => plainPass({ t, durationMs, status }))).median
const decodeMs = summary(decodes).median
const checked = timesMs(TIMES, () => columnFaults('requests', columns))
story.measured(
  `${MILLION} requests, unpacked already, to columns`,
  {
    decode_ms: rounded(decodeMs),
    fastest_ms: rounded(Math.min(...decodes)),
    parse_json_ms: rounded(summary(timesMs(3, () => JSON.parse(text))).median),
    plain_pass_ms: rounded(plainMs),
    times_a_plain_pass: rounded(decodeMs / plainMs),
    look_at_each_value_ms: rounded(summary(checked).median),
  },
  DECODE_LIMITS,
)
story.measured('what the agent does for it', {
  encode_ms: rounded(summary(timesMs(5, written)).median),
  gzip_ms: rounded(summary(timesMs(5, () => gzipSync(frame, FRAME_GZIP))).median),
  json_ms: rounded(summary(timesMs(3, asJson)).median),
  gzip_json_ms: rounded(summary(timesMs(3, () => gzipSync(text, TEXT_GZIP))).median),
})
story.close()

function written(): Uint8Array<ArrayBuffer> {
  const block = encodeStream('requests', columns)
  if (typeof block === 'string') throw new Error(block)
  return block
}

function asJson(): string {
  const lists = { t: Array.from(t), duration_ms: Array.from(durationMs), status: Array.from(status) }
  return JSON.stringify(lists)
}

function valuesChanged(): number {
  const read = decodeStream('requests', frame.buffer)
  if ('code' in read) throw new Error(read.reason)
  const names = ['t', 'duration_ms', 'status'] as const
  return names
    .map((name) => columns[name].reduce((sum, value, at) => sum + (read[name][at] === value ? 0 : 1), 0))
    .reduce((sum, count) => sum + count, 0)
}

function stepsOf(times: Float64Array): Float64Array {
  return times.map((time, at) => time - (times[at - 1] ?? time))
}

/** Bits a value, each for itself. */
function entropyOf(values: Float64Array): number {
  const counts = new Map<number, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  const shares = [...counts.values()].map((count) => count / values.length)
  return -shares.reduce((sum, share) => sum + share * Math.log2(share), 0)
}

/** Of the distribution that they were drawn from: a million are too few to count a hundred thousand values by. */
function durationBits(): number {
  const inMicroseconds = DURATIONS.mu + Math.log(1000)
  return inMicroseconds / Math.LN2 + Math.log2(DURATIONS.sigma * Math.sqrt(2 * Math.PI * Math.E))
}
