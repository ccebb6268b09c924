import * as z from 'zod/mini'
import { sessionView } from './access-api.ts'
import { systemStatus } from './admin-api.ts'

/**
 * What the console begins with: what the verdict in the document was made from, which is nothing that `/health` does not tell
 * everybody (OB1), and whether the watchdog runs; and for whoever is signed in what their first page asks for otherwise.
 */
export const servedSnapshot = z.object({
  /** The agent's clock when it served the document. */
  at: z.number(),
  /** As `/health` has it; read block by block. */
  health: z.unknown(),
  watchdog_running: z.nullable(z.boolean()),
  /** Who asked for the document, and what only somebody who is signed in may read; null: nobody is. Missing: it was not looked at. */
  visitor: z.optional(z.nullable(z.object({ session: sessionView, status: systemStatus }))),
})

export type ServedSnapshot = z.infer<typeof servedSnapshot>
