/** The watchdog and a real gunicorn on a disk that is really full (WD9). */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { JournalEvent, RestartAsk } from '#domain/journal/events.ts'
import type { WatchdogStatus } from '#domain/schemas/watchdog-status.ts'
import { ROOT } from '../support/holdfast.ts'
import { HAS_GUNICORN } from './support/gunicorn.ts'

const STORY = join(import.meta.dirname, 'support/full-disk-restart.ts')
const OWN_MOUNTS = ['--user', '--map-root-user', '--mount']
const mayMount = spawnSync('unshare', [...OWN_MOUNTS, 'true']).status === 0
const LIMIT_MS = 150_000

interface Command {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

interface Story {
  readonly byItself: object
  readonly byOverride: object
  readonly whileFull: WatchdogStatus
  readonly plain: Command
  readonly override: Command
  readonly counted: Command
  readonly spooled: readonly string[]
  readonly spooledByOperator: readonly string[]
  readonly recorded: readonly RestartAsk[]
  readonly intents: readonly Extract<JournalEvent, { type: 'intent' }>[]
  readonly outcomes: readonly Extract<JournalEvent, { type: 'outcome' }>[]
}

test.runIf(mayMount && HAS_GUNICORN)(
  'WD9 with the reserve gone nothing restarts by itself, an override does, and it is merged once there is room',
  () => {
    const run = spawnSync('unshare', [...OWN_MOUNTS, process.execPath, STORY], {
      cwd: ROOT,
      encoding: 'utf8',
      timeout: LIMIT_MS,
    })
    expect(run.status, run.stderr).toBe(0)
    const story = JSON.parse(run.stdout) as Story
    expect(story.byItself).toEqual({ hups: 0, intents: 0 })
    expect(story.whileFull).toMatchObject({ state: 'guarded', problem: 'state_unwritable' })
    expect(story.plain).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Nothing more can be recorded'),
    })
    expect(story.override.code, story.override.stderr).toBe(0)
    expect(story.byOverride).toEqual({ hups: 1, intents: 1 })
    expect(story.spooledByOperator).toEqual(['request_recorded'])
    // The outcome, too, unless a few bytes have come free meanwhile.
    expect(story.spooled.slice(0, 2)).toEqual(['request_claimed', 'intent'])
    // Merged: once, in a chain that holds (it was read by the reader that verifies it), and it counts.
    expect(story.recorded.filter(({ override }) => override !== null)).toHaveLength(1)
    expect(story.intents).toMatchObject([{ decision: { decision: 'manual_override' } }])
    expect(story.outcomes).toMatchObject([
      { attempt_id: story.intents[0]?.attempt_id, signalled: true, success: true },
    ])
    expect(JSON.parse(story.counted.stdout)).toMatchObject({
      outcome: 'refused',
      reasons: [{ code: 'cooldown_override_required' }],
    })
  },
  LIMIT_MS,
)
