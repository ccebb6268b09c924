/** Forced reuses of process numbers, in a pid namespace of their own (see reused-pids.ts). */
import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'

const OWN_NUMBERS = ['--user', '--map-root-user', '--pid', '--fork', '--mount-proc', '--kill-child']
/** Generous: each takes some 15 ms where nothing else runs. */
const LIMIT_MS_EACH = 250

export interface ReuseCounts {
  readonly reused: number
  /** As hard as it gets: the later process started within the same clock tick as the first. */
  readonly sameTick: number
  /** Signals that met the later process. */
  readonly wrong: number
  readonly answers: Readonly<Record<string, number>>
}

export function mayChooseNumbers(): boolean {
  return spawnSync('unshare', [...OWN_NUMBERS, 'true']).status === 0
}

export function reuseNumbers(rounds: number): ReuseCounts {
  const script = join(import.meta.dirname, 'reused-pids.ts')
  const args = [...OWN_NUMBERS, process.execPath, script, String(rounds)]
  const output = execFileSync('unshare', args, { timeout: rounds * LIMIT_MS_EACH })
  return JSON.parse(output.toString()) as ReuseCounts
}
