import * as z from 'zod/mini'

/** What the verdict in the served document was made from: nothing that `/health` does not tell everybody (OB1), and whether the watchdog runs. */
export const servedSnapshot = z.object({
  /** The agent's clock when it served the document. */
  at: z.number(),
  /** As `/health` has it; read block by block. */
  health: z.unknown(),
  watchdog_running: z.nullable(z.boolean()),
})

export type ServedSnapshot = z.infer<typeof servedSnapshot>
