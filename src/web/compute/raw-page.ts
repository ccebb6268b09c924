/** From the bytes of an answer to validated parts: the frame must hold, each stream stands for itself. */
import * as z from 'zod/mini'
import { rawPage, rawV1 } from '#domain/schemas/raw-v1.ts'
import { firstFaultText } from '#web/schema-faults.ts'

const frame = z.object({
  success: z.literal(true),
  data: z.omit(rawPage, { requests: true, pool: true, probe: true }),
})

type StreamPart<Stream extends 'requests' | 'pool' | 'probe'> =
  | NonNullable<z.infer<typeof rawV1>[Stream]>
  | { fault: string }
  | null

export type RawPageParts = z.infer<typeof frame>['data'] & {
  requests: StreamPart<'requests'>
  pool: StreamPart<'pool'>
  probe: StreamPart<'probe'>
}

export function readRawPage(bytes: ArrayBuffer): RawPageParts | { fault: string } {
  const body = parseJson(bytes)
  const read = z.safeParse(frame, body)
  if (!read.success) return { fault: firstFaultText(read.error.issues, body) }
  const { data } = body as { data: Record<string, unknown> }
  return {
    ...read.data.data,
    requests: readPart(rawV1.shape.requests, data, 'requests'),
    pool: readPart(rawV1.shape.pool, data, 'pool'),
    probe: readPart(rawV1.shape.probe, data, 'probe'),
  }
}

function readPart<T>(
  schema: z.ZodMiniType<T | undefined>,
  data: Record<string, unknown>,
  stream: string,
): T | { fault: string } | null {
  const read = z.safeParse(schema, data[stream])
  if (read.success) return read.data ?? null
  return { fault: `${stream}.${firstFaultText(read.error.issues, data[stream])}` }
}

/** What is no JSON is not an object either: the frame then says so. */
function parseJson(bytes: ArrayBuffer): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return undefined
  }
}
