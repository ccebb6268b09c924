/**
 * One statsd datagram as gunicorn sends it: one metric, or several with a newline between. Names carry
 * the optional `--statsd-prefix`; what is well-formed but not gunicorn's is `foreign`, not malformed.
 *
 * Of its tags only the worker's pid is read, which `deploy/gunicorn/holdfast.conf.py` adds; whatever other tags and
 * fields a sample carries say nothing here.
 */
export type StatsdMetric =
  | { kind: 'duration'; ms: number; worker: number | null }
  | { kind: 'status'; code: number; worker: number | null }
  | { kind: 'other' }
  | { kind: 'foreign' }
  | { kind: 'malformed' }

/** Far above anything that gunicorn sends; a datagram beyond it is dropped unread. */
export const DATAGRAM_BYTES_LIMIT = 8192

const METRIC =
  /^([A-Za-z0-9_.-]{1,200}):(-?\d{1,15}(?:\.\d{1,15})?)\|(ms|c|g)(?:\|@\d(?:\.\d{1,6})?)?(?:\|#([^|]*))?(?:\|[A-Za-z][^|]*)*$/
const STATUS = /(?:^|\.)gunicorn\.request\.status\.([1-5]\d\d)$/
const DURATION = /(?:^|\.)gunicorn\.request\.duration$/
const WORKER = /(?:^|,)pid:(\d{1,10})(?:,|$)/
const GUNICORN = /(?:^|\.)gunicorn\./

/** A request that took longer than this was not measured by gunicorn (its own limits are far below). */
const DURATION_MS_LIMIT = 86_400_000

export function parseDatagram(datagram: Buffer): StatsdMetric[] {
  const lines = datagram.toString('latin1').split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines.length === 0 ? [{ kind: 'malformed' }] : lines.map(parseMetric)
}

function parseMetric(line: string): StatsdMetric {
  const match = METRIC.exec(line)
  if (match === null) return { kind: 'malformed' }
  const [, name = '', value = '', type, tags = ''] = match
  const amount = Number(value)
  if (DURATION.test(name) && type === 'ms') {
    return amount >= 0 && amount <= DURATION_MS_LIMIT
      ? { kind: 'duration', ms: toMicroseconds(amount), worker: workerOf(tags) }
      : { kind: 'malformed' }
  }
  const status = STATUS.exec(name)
  if (status !== null && type === 'c')
    return { kind: 'status', code: Number(status[1]), worker: workerOf(tags) }
  return { kind: GUNICORN.test(name) ? 'other' : 'foreign' }
}

/**
 * gunicorn measures whole microseconds. Above a second it adds up what it prints, so that one duration in seventeen
 * comes with a last digit of no meaning (1234.5670000000002).
 */
function toMicroseconds(ms: number): number {
  return Math.round(ms * 1000) / 1000
}

function workerOf(tags: string): number | null {
  const pid = WORKER.exec(tags)?.[1]
  return pid === undefined ? null : Number(pid)
}
