/**
 * The restart flag (WD7), in the form that existing deployments write. Every field may be missing or null;
 * what it does not know is kept for the audit record. The flag is a request and no authority: who may
 * override is settled elsewhere.
 */
import * as z from 'zod/mini'
import { redactedValue } from '../redaction.ts'
import { readJsonText, type Reading } from './findings.ts'

/** A flag is a handful of fields; what is larger is no flag (WD7). */
export const FLAG_BYTES_MAX = 65_536

const text = z.optional(z.nullable(z.string()))
const flag = z.optional(z.nullable(z.boolean()))

export const restartFlag = z.looseObject({
  user: text,
  ip: text,
  /** As claimed: the watchdog's own clock says when a request came in, so any form is kept as it is. */
  timestamp: z.optional(z.nullable(z.union([z.string(), z.number()]))),
  worker_pid: z.optional(z.nullable(z.int())),
  source: z.optional(z.nullable(z.enum(['auto', 'manual']))),
  manual_override: flag,
  override_acknowledged: flag,
  override_reason: text,
  override_passes: z.optional(z.nullable(z.array(z.literal('preflight')))),
  request_id: z.optional(z.nullable(z.string().check(z.maxLength(200)))),
})

export type RestartFlag = z.infer<typeof restartFlag>

/**
 * The content of a flag file; an empty one asks for a manual restart, without saying who. Whatever else it says
 * is kept, so secrets are masked here (AU5), and nowhere later. Its id is no text but a name, and stays.
 */
export function readRestartFlag(content: string): Reading<RestartFlag> {
  if (content.trim() === '') return { ok: true, value: {} }
  const reading = readJsonText(restartFlag, content)
  if (!reading.ok) return reading
  const { request_id } = reading.value
  const masked = redactedValue(reading.value) as RestartFlag
  return { ok: true, value: request_id === undefined ? masked : { ...masked, request_id } }
}
