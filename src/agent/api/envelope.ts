import type { EpochMs } from '#domain/time.ts'
import type { Envelope } from '#domain/schemas/admin-api.ts'
import { VERSION } from '#agent/version.ts'

export function envelope<T>(data: T, at: EpochMs): Envelope<T> {
  return { success: true, data, meta: { at, version: VERSION } }
}
