/**
 * Which files begin first. A fresh clone knows no durations, and by size alone a file that waits for a minute began last
 * and had the machine for itself. A name that is missing here costs time, never a test.
 */
import type { TestSpecification } from 'vitest/node'
import { BaseSequencer } from 'vitest/node'

/** Those that take half a minute and more, the longest first. */
const LONGEST = [
  'integration/local-agent',
  'integration/demo-lifecycle',
  'e2e/recover',
  'integration/watchdog',
  'integration/prune',
  'integration/systemd',
  'e2e/nginx-console',
  'integration/watchdog-crew',
  'integration/start',
  'integration/full-disk',
  'integration/audit',
  'integration/rehearsal',
  'e2e/kill-switch',
  'integration/demo-failures',
  'e2e/observe-pages',
  'integration/time-zones',
  'e2e/live-console',
  'integration/watchdog-target',
  'e2e/one-stream',
  'integration/status',
  'integration/kill-switch',
  'e2e/classic-page',
  'integration/nginx',
]

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.toSorted((one, other) => rank(one) - rank(other))
  }
}

function rank({ moduleId }: TestSpecification): number {
  const index = LONGEST.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`))
  return index === -1 ? LONGEST.length : index
}
