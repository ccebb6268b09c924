/**
 * What was last known, for whoever finds the agent dead (SH3): the verdict that anybody may read (OB1), written by the agent
 * again and again, and shown by nginx beside the present time. One line for each field, since nginx takes it apart by a
 * pattern; as text, for the directory is not the agent's alone, and nginx escapes what it shows.
 */
import { cleanText } from '../free-text.ts'
import type { Health } from '../schemas/health.ts'
import { isoText, type EpochMs } from '../time.ts'
import { LEVEL_WORDS } from './verdict-words.ts'
import { verdictOf } from './verdict.ts'

/** In the runtime directory. */
export const PUBLIC_STATE_FILE = 'public-state.txt'

/** In the order of their lines. */
export const PUBLIC_STATE_FIELDS = ['at', 'level', 'headline', 'detail', 'by_itself', 'next_step'] as const

export type PublicStateField = (typeof PUBLIC_STATE_FIELDS)[number]

/** All fields together, of four bytes a character, stay below the 16 KiB that nginx takes of the file. */
const FIELD_LIMIT = 400

export function publicStateText(
  health: Health,
  { at, watchdogRunning }: { readonly at: EpochMs; readonly watchdogRunning: boolean | null },
): string {
  const verdict = verdictOf(health, { watchdogRunning })
  const fields: Record<PublicStateField, string> = {
    at: `${isoText(at).slice(0, 19).replace('T', ' ')} UTC`,
    level: LEVEL_WORDS[verdict.level],
    headline: verdict.headline,
    detail: verdict.detail,
    by_itself: verdict.byItself,
    next_step: verdict.nextStep,
  }
  return PUBLIC_STATE_FIELDS.map((name) => `${cleanText(fields[name], FIELD_LIMIT)}\n`).join('')
}
