/** A page of raw samples as JSON, for whoever is not the console: each stream's columns under its name. */
import * as z from 'zod/mini'
import { BREAKER_STATES } from '../metrics/breaker.ts'
import { RAW_SECTIONS, type ColumnKind, type RawSection } from './raw-columns.ts'

const CELLS: Readonly<Record<ColumnKind, z.ZodMiniType>> = {
  time: z.number(),
  number: z.number(),
  amount: z.number().check(z.gte(0), z.lte(Number.MAX_SAFE_INTEGER)),
  duration: z.number().check(z.gte(0)),
  flag: z.boolean(),
  text: z.nullable(z.string()),
  breakerState: z.enum(BREAKER_STATES),
  latency: z.nullable(z.number().check(z.gte(0))),
  completion: z.nullable(z.number()),
}

export const rawGap = z.object({
  stream: z.string(),
  from: z.number(),
  to: z.number(),
  reason: z.optional(z.string()),
})

export const rawPage = z.object({
  format: z.literal('holdfast.raw/1'),
  window: z.object({ from: z.number(), to: z.number() }),
  gaps: z.array(rawGap),
  cursor: z.string(),
  complete: z.boolean(),
  now: z.number(),
  requests: columnsOf('requests'),
  pool: columnsOf('pool'),
  breaker: columnsOf('breaker'),
  cache: columnsOf('cache'),
  process: columnsOf('process'),
  probe: columnsOf('probe'),
  restarts: columnsOf('restarts'),
})

/** Only those that were asked for are there. */
function columnsOf(section: RawSection): z.ZodMiniOptional {
  const columns = Object.entries<ColumnKind>(RAW_SECTIONS[section])
  return z.optional(z.object(Object.fromEntries(columns.map(([name, kind]) => [name, z.array(CELLS[kind])]))))
}
