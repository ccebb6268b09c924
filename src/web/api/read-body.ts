import * as z from 'zod/mini'
import { MalformedAnswer } from '#web/problems.ts'
import { firstFaultText } from '#web/schema-faults.ts'

/** What an answer says; one in another form than promised is told as that, with its first fault. */
export function readBody<T>(schema: z.ZodMiniType<T>, body: unknown): T {
  const parsed = z.safeParse(schema, body)
  if (!parsed.success) throw new MalformedAnswer(firstFaultText(parsed.error.issues, body))
  return parsed.data
}
