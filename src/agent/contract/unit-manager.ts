/** What systemd has loaded, asked of `systemctl`: one question for all units, and no answer is waited for long. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { LOADED_PROPERTIES, parseLoadedUnits, type LoadedUnit } from '#domain/contract/loaded-unit.ts'
import { cleanText } from '#domain/free-text.ts'
import type { DurationMs } from '#domain/time.ts'
import { errorCode } from '#agent/settings/read-json.ts'

export type LoadedUnits =
  | { readonly kind: 'loaded'; readonly units: ReadonlyMap<string, LoadedUnit> }
  /** There is none: nothing is loaded anywhere. */
  | { readonly kind: 'none'; readonly why: string }
  | { readonly kind: 'silent'; readonly why: string }

export type UnitManager = (names: readonly string[]) => LoadedUnits

/** A loaded machine answers within a second. */
const LIMIT_MS: DurationMs = 3_000
const OUTPUT_LIMIT = 1024 * 1024
/** As sd_booted(3) has it. */
const BOOTED = '/run/systemd/system'

export function unitManager(systemctl = '/usr/bin/systemctl', booted = BOOTED): UnitManager {
  return (names) => {
    if (!existsSync(booted)) return { kind: 'none', why: 'systemd does not run here' }
    const { error, status, stdout, stderr } = spawnSync(
      systemctl,
      ['show', `--property=${LOADED_PROPERTIES.join(',')}`, '--', ...names],
      {
        // In one language, so that it can be read.
        env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
        encoding: 'utf8',
        timeout: LIMIT_MS,
        killSignal: 'SIGKILL',
        maxBuffer: OUTPUT_LIMIT,
      },
    )
    if (error !== undefined) return { kind: 'silent', why: `${systemctl}: ${errorCode(error)}` }
    if (status !== 0)
      return { kind: 'silent', why: `${systemctl}: ${cleanText(stderr.split('\n')[0] ?? '')}` }
    return { kind: 'loaded', units: parseLoadedUnits(stdout) }
  }
}

/** Of a root that nobody has started. */
export const noManager: UnitManager = () => ({ kind: 'none', why: 'another root than the one that runs' })
