/**
 * Evidence of one run of a gate (MG2): bound to what exactly was run, and for how long it counts. Its hash is taken over
 * all the rest, and stands in the operators' journal too, which is chained: whoever changes the file, and even its
 * hash, is found out by the journal.
 */
import * as z from 'zod/mini'
import { gateFigure, gateFinding } from './gate-report.ts'

const instant = z.number().check(z.nonnegative(), z.maximum(8.64e15))

/** What a gate was run on, and what would go live: the same, or the evidence is of something else. */
export const buildIdentity = z.object({
  /** null: it lies in no repository, as an installed release. */
  commit: z.nullable(z.string()),
  /** `detached`: no branch says what this is. */
  head: z.enum(['branch', 'detached', 'none']),
  tree: z.enum(['clean', 'dirty', 'unknown']),
  /** Over every file that is served or run; null: nothing is built. */
  build_hash: z.nullable(z.string()),
  contract_version: z.nullable(z.string()),
  version: z.string(),
})

export const evidence = z.object({
  format: z.literal('holdfast.evidence/1'),
  gate: z.string(),
  run_id: z.string(),
  build: buildIdentity,
  outcome: z.enum(['passed', 'failed', 'not_run']),
  started_at: instant,
  ended_at: instant,
  expires_at: instant,
  duration_ms: z.number().check(z.nonnegative()),
  /** As it can be typed again. */
  command: z.string(),
  checks: z.int(),
  figures: z.array(gateFigure),
  findings: z.array(gateFinding),
  hashes: z.array(z.object({ name: z.string(), sha256: z.string() })),
  hash: z.string(),
})

/** Of a text; how, is for whoever can. */
type Hash = (text: string) => string

export type BuildIdentity = z.infer<typeof buildIdentity>
export type Evidence = z.infer<typeof evidence>

export function sealed(content: Omit<Evidence, 'hash'>, hash: Hash): Evidence {
  return { ...content, hash: hash(canonicalText(content)) }
}

export function isSealIntact({ hash: seal, ...content }: Evidence, hash: Hash): boolean {
  return seal === hash(canonicalText(content))
}

/** The same for the same content, in whatever order its fields were written. */
function canonicalText(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (part === null || typeof part !== 'object' || Array.isArray(part)) return part
    return Object.fromEntries(Object.entries(part).toSorted(([one], [other]) => (one < other ? -1 : 1)))
  })
}
