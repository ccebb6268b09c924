/** What an agent with nothing wrong says of itself, its target and its intake. */
import type { SystemStatus } from '#domain/schemas/admin-api.ts'

export const SAMPLE_STATUS: SystemStatus = {
  agent: { version: '0.1.0', pid: 1, started_at: 0, rss_bytes: 0 },
  target: {
    name: 'reports.service',
    bind: '127.0.0.1:8080',
    health_url: 'http://127.0.0.1:8080/health',
    kind: 'production',
    master_pid: 4242,
    worker_count: 4,
  },
  watchdog: { running: true },
  intake: {
    datagrams: 9,
    samples: 9,
    malformed: 1,
    oversize: 0,
    statsd_address: '127.0.0.1:8125',
    foreign: 2,
    unpaired: 0,
    last_sample_at: null,
  },
  demonstration: null,
}
