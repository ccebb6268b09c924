/**
 * What is live, what was before it, and what is being done right now (MG3). The file is replaced before each step of a
 * cutover or rollback, so that whoever comes after a crash knows where it stopped. A build that was rolled back stays
 * held: no automation brings it back, only a person who says so.
 */
import * as z from 'zod/mini'
import type { BuildIdentity } from './evidence.ts'

export const PROMOTION_FILE = 'promotion.json'

/** In the order of a cutover; a rollback goes the other way. */
export const STEPS = ['release', 'navigation'] as const
export const step = z.enum(STEPS)

const place = z.object({
  /** Where the link led; null: there was no link, or none to set. */
  release: z.nullable(z.string()),
  /** Whether the new navigation was out of service. */
  classic: z.boolean(),
})

const namedBuild = z.object({ commit: z.nullable(z.string()), build_hash: z.nullable(z.string()) })

export const promotion = z.object({
  format: z.literal('holdfast.promotion/1'),
  /** The build that somebody has promoted; nothing else is to be put in its place by itself. */
  pinned: z.nullable(
    z.object({
      ...namedBuild.shape,
      release: z.nullable(z.string()),
      at: z.number(),
      by: z.string(),
      /** How things were before it: where a rollback goes. */
      before: place,
    }),
  ),
  /** Rolled back, newest first. */
  held: z.array(z.object({ ...namedBuild.shape, at: z.number(), by: z.string(), reason: z.string() })),
  /** Begun and not ended. */
  unfinished: z.nullable(
    z.object({
      act: z.enum(['cutover', 'rollback']),
      ...namedBuild.shape,
      release: z.nullable(z.string()),
      steps: z.array(step),
      done: z.array(step),
      at: z.number(),
      by: z.string(),
      before: place,
    }),
  ),
  /** The last rollback, as it was measured against its target time (SH7). */
  last_rollback: z.nullable(
    z.object({ at: z.number(), took_ms: z.number(), target_ms: z.number(), verified: z.boolean() }),
  ),
})

export type Promotion = z.infer<typeof promotion>
export type Step = z.infer<typeof step>

const HELD_LIMIT = 20

export const NOTHING_PROMOTED: Promotion = {
  format: 'holdfast.promotion/1',
  pinned: null,
  held: [],
  unfinished: null,
  last_rollback: null,
}

export function heldBack(
  { held }: Promotion,
  { build_hash: hash }: BuildIdentity,
): Promotion['held'][number] | null {
  return held.find((one) => one.build_hash !== null && one.build_hash === hash) ?? null
}

export function withHeld(promotion: Promotion, one: Promotion['held'][number]): Promotion['held'] {
  const others = promotion.held.filter(({ build_hash: hash }) => hash !== one.build_hash)
  return [one, ...others].slice(0, HELD_LIMIT)
}

export function withoutHeld(promotion: Promotion, { build_hash: hash }: BuildIdentity): Promotion['held'] {
  return promotion.held.filter((one) => one.build_hash !== hash)
}
