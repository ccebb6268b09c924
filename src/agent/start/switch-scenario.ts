/** Asks the demonstration that runs on this checkout's directories for another scenario. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { HoldfastProblem } from '#domain/problems.ts'
import {
  DEMONSTRATION_REQUEST_FILE,
  DEMONSTRATION_STATUS_FILE,
  demonstrationStatus,
  type DemonstrationStatus,
  type Scenario,
} from '#domain/schemas/demonstration.ts'
import { isLocked } from '#agent/store/process-lock.ts'
import { replaceFile } from '#agent/system/replace-file.ts'
import { settleDirectories } from './plan.ts'

const LOOK_MS = 100
const LOOKS_LIMIT = 100

type Environment = Readonly<Record<string, string | undefined>>

/** null where no demonstration runs. */
export async function switchScenario(
  env: Environment,
  scenario: Scenario,
): Promise<{ scenario: Scenario; sentence: string } | null> {
  const { stateDir, runtimeDir } = settleDirectories(env, null)
  // The status file may be left from one that was killed: only who holds the lock runs.
  const before = (await isLocked(stateDir, 'start')) ? await readStatus(runtimeDir) : null
  if (before === null) return null

  const file = join(runtimeDir, DEMONSTRATION_REQUEST_FILE)
  await replaceFile(file, JSON.stringify({ scenario }))
  for (let look = 0; look < LOOKS_LIMIT; look++) {
    await pause(LOOK_MS)
    const now = await readStatus(runtimeDir)
    if (now?.scenario === scenario && now.phase.since !== before.phase.since) {
      return { scenario, sentence: now.phase.sentence }
    }
  }
  throw new HoldfastProblem(
    'target_start_failed',
    'the demonstration did not take the scenario within 10 s; does it still run?',
  )
}

async function readStatus(runtimeDir: string): Promise<DemonstrationStatus | null> {
  const text = await readFile(join(runtimeDir, DEMONSTRATION_STATUS_FILE), 'utf8').catch(() => 'null')
  try {
    return demonstrationStatus.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null // half-written by somebody else: the same as not there
  }
}
