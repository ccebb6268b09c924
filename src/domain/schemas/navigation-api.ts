/** The kill switch over the admin API (SH3): what engages which route, and how it is changed. */
import * as z from 'zod/mini'
import { ROUTE_NAMES } from '../navigation/manifest.ts'
import { SWITCH_KINDS, SWITCH_PLACES } from '../navigation/kill-switch.ts'

const switchFileView = z.object({
  /** Which directory; where that lies is nobody's business here. */
  place: z.enum(SWITCH_PLACES),
  /** Its name in there. */
  file: z.string(),
  /** `hard`: released on the host alone; `runtime`: by console and API too. */
  kind: z.enum(SWITCH_KINDS),
  /** null: all routes. */
  route: z.nullable(z.string()),
  reason: z.nullable(z.string()),
  by: z.nullable(z.string()),
  at: z.nullable(z.string()),
  /** It engages, and cannot be read. */
  diagnostic: z.nullable(z.string()),
})

const files = z.array(switchFileView)

export const navigationView = z.object({
  /** All routes are out of service. */
  engaged: z.boolean(),
  by: files,
  routes: z.array(
    z.object({ id: z.string(), path: z.string(), title: z.string(), engaged: z.boolean(), by: files }),
  ),
  /** What lies there and engages nothing: a route that does not exist, a directory that cannot be read. */
  diagnostics: z.array(z.string()),
})

const tabTally = z.object({
  seen: z.number(),
  /** Left when it was told to, and said so. */
  obeyed: z.number(),
  /** Closed, or silent for longer than the lease: nobody looks at the console there. */
  gone: z.number(),
  outstanding: z.number(),
  /** More came than are counted. */
  more: z.boolean(),
})

/** Who has left when all routes were taken out of service (SH6), as their tabs say. */
export const navigationProof = z.object({
  /** What was before the agent started, it does not know. */
  counted_since: z.string(),
  /** Tabs with the console open now, and the sessions in them. */
  open: z.object({ signed_in: z.number(), guests: z.number(), sessions: z.number() }),
  /** The one that goes on, or the last one; null: never engaged while the agent ran. */
  round: z.nullable(
    z.object({
      engaged_at: z.string(),
      /** null: it is engaged still. */
      released_at: z.nullable(z.string()),
      signed_in: tabTally,
      /** Anybody may send these. */
      guests: tabTally,
      /** A session is out when none of its tabs is outstanding. */
      sessions: tabTally,
      /** How long after the engagement the last one that obeyed had left. */
      last_obeyed_after_ms: z.nullable(z.number()),
      oldest_outstanding: z.nullable(
        z.object({ signed_in: z.boolean(), since: z.string(), heard_at: z.string() }),
      ),
    }),
  ),
})

/** Of the navigation (SH7). */
export const navigationRollback = z.object({
  /** As it is declared now. */
  target_ms: z.number(),
  last: z.nullable(
    z.object({
      at: z.string(),
      by: z.string(),
      success: z.boolean(),
      took_ms: z.number(),
      /** As it was declared then. */
      target_ms: z.number(),
    }),
  ),
})

export const navigationReport = z.extend(navigationView, {
  proof: navigationProof,
  rollback: navigationRollback,
})

export const navigationBody = z.strictObject({
  engaged: z.boolean(),
  /** Its id or path; all routes unless it is named. */
  route: z.optional(z.nullable(z.enum(ROUTE_NAMES))),
  reason: z.string().check(z.maxLength(2000)),
})

export const navigationChanged = z.object({
  change: z.enum(['engaged', 'released']),
  route: z.nullable(z.string()),
  by: z.string(),
  replayed: z.boolean(),
  /** False: the switch is set, and the journal could not be written (see `notes`). */
  recorded: z.boolean(),
  event_id: z.nullable(z.string()),
  written: files,
  removed: files,
  /** What engages it now: after a release, what still holds. */
  holds: files,
  /** What did not go as it should have, in sentences. */
  notes: z.array(z.string()),
})

export type SwitchFileView = z.infer<typeof switchFileView>
export type NavigationView = z.infer<typeof navigationView>
export type NavigationProof = z.infer<typeof navigationProof>
export type NavigationReport = z.infer<typeof navigationReport>
export type NavigationChanged = z.infer<typeof navigationChanged>
