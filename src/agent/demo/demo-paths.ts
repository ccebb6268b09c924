/** Where the demonstration keeps its files: below the two directories of its contract and nowhere else. */
import { join } from 'node:path'
import { DEMONSTRATION_REQUEST_FILE, DEMONSTRATION_STATUS_FILE } from '#domain/schemas/demonstration.ts'
import type { RuntimeContract } from '#domain/schemas/runtime-contract.ts'

export interface DemoPaths {
  readonly runtimeDir: string
  readonly pidFile: string
  readonly statusFile: string
  readonly requestFile: string
  /** Of this demonstration: its log, its faults, its record of what it started. */
  readonly ownDir: string
  readonly faultsFile: string
  readonly identityFile: string
  readonly logFile: string
  /** Of the target alone: emptied before each start. */
  readonly dataDir: string
}

export function demoPaths({ paths }: RuntimeContract): DemoPaths {
  const ownDir = join(paths.state_dir, 'demonstration')
  return {
    runtimeDir: paths.runtime_dir,
    pidFile: paths.pid_file,
    statusFile: join(paths.runtime_dir, DEMONSTRATION_STATUS_FILE),
    requestFile: join(paths.runtime_dir, DEMONSTRATION_REQUEST_FILE),
    ownDir,
    faultsFile: join(ownDir, 'faults.json'),
    identityFile: join(ownDir, 'target-identity.json'),
    logFile: join(ownDir, 'target.log'),
    dataDir: join(ownDir, 'target'),
  }
}
