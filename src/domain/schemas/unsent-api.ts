/** What an operator has typed in the console and not sent, handed over for the classic page's forms (SH3). */
import * as z from 'zod/mini'

/** As with everything else that somebody types. */
const typed = z.optional(z.string().check(z.maxLength(2000)))

export const unsentBody = z.strictObject({
  override_reason: typed,
  override_name: typed,
  guard_release_reason: typed,
  pause_reason: typed,
  resume_reason: typed,
  navigation_reason: typed,
})

export const unsentKept = z.object({ kept: z.literal(true) })

export type UnsentBody = z.infer<typeof unsentBody>
