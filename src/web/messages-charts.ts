/**
 * The part of the catalogue (messages.ts) for pages with charts: it comes with their own files, so that the first
 * paint of the overview does not wait for it.
 */
import type { CircuitState } from '#domain/schemas/health.ts'

const en = {
  window: {
    label: 'Window',
    choices: { '5m': '5 min', '15m': '15 min', '1h': '1 h' },
    last: (length: string) => `Last ${length}`,
    figures: 'Figures',
    loading: 'Reading the samples of this window',
  },

  zoom: {
    label: 'Part of the window',
    in: 'Zoom in',
    out: 'Zoom out',
    whole: 'Whole window',
    part: (from: string, to: string) => `${from} to ${to}`,
  },

  chart: {
    region: (title: string) => `Chart: ${title}`,
    cursor: (title: string) => `${title}: moment that is read`,
    help: 'Arrow keys move the moment that is read, + and - zoom, 0 shows the whole window. Or drag across the chart.',
    latest: 'latest',
    reading: (time: string, values: string) => `${time}: ${values}`,
    value: (name: string, value: string) => `${name} ${value}`,
    noMoment: 'no data',
    asTable: 'Show as table',
    csv: 'Save CSV',
    png: 'Save PNG',
    pngFailed: (why: string) => `The picture could not be made: ${why}.`,
    empty: 'There is nothing to draw in this part of the window.',
    broken: 'The chart cannot be drawn in this browser; the table holds the same.',
    timeColumn: 'Time (UTC)',
    table: (title: string) => `${title}, as a table`,
  },

  missing: {
    because: (why: string) => `${why[0]?.toUpperCase() ?? ''}${why.slice(1)}.`,
    noSample: 'there was no sample in this window',
    block: 'To see it here, the health answer of the target must hold the block',
    mends: 'It is shown again with the next answer that tells it.',
  },

  marks: {
    heading: 'Marked on every chart',
    none: 'No restart and no change of the breaker in this window.',
    restart: 'restart attempted',
    breaker: {
      CLOSED: 'breaker closed',
      OPEN: 'breaker opened',
      HALF_OPEN: 'breaker half-open',
    } satisfies Record<CircuitState, string>,
    more: (count: number) => `and ${count} earlier`,
  },

  traffic: {
    rate: 'Request rate',
    latency: 'Latency',
    errors: 'Error ratio',
    quietTitle: (length: string) => `No request in the last ${length}.`,
    quiet: 'The intake has had requests before, so that the way from gunicorn to here is right.',
  },

  pool: {
    chart: 'Connections',
    highest: 'highest saturation',
    checkedOut: 'checked out',
    capacity: 'capacity',
    warning: (pct: string) => `Warning line at ${pct} % of the capacity`,
    breaker: 'Circuit breaker',
    state: 'state',
    levels: { CLOSED: 'closed', HALF_OPEN: 'half-open', OPEN: 'open' } satisfies Record<CircuitState, string>,
    noPool: 'No pool is told.',
    noBreaker: 'No breaker is told.',
  },

  memory: {
    cache: 'Cache',
    l2: 'L2 hit rate',
    toLimit: 'time to the limit',
    perWorker: 'Memory per worker',
    worker: (pid: number) => `worker ${pid}`,
    drawn: 'The workers that run now are drawn, each from its first reading on.',
    largest: (shown: number, all: number) =>
      `The ${shown} largest of the ${all} workers that run now are drawn, each from its first reading on.`,
    workers: 'Workers',
    workersNote: (limit: string) =>
      `Time to the limit: at this growth, until a worker holds its even share of the service’s limit, ${limit}.`,
    columns: { pid: 'Worker', rss: 'Memory', growth: 'Growth', limit: 'Time to its share' },
    doesNotGrow: 'does not grow',
    tooFew: 'too few readings',
    noCache: 'No cache is told.',
    noProcess: 'No process is read.',
    noProcessHelp:
      'The agent reads the workers of the gunicorn master from the process table: the service must run on this host, and the master be the one that holdfast doctor finds.',
  },
}

export const chartMessages = en
