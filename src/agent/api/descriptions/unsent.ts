import { unsentBody, unsentKept } from '#domain/schemas/unsent-api.ts'
import { enveloped, type RouteDescription } from '../describe.ts'

export const UNSENT = {
  summary: 'Keep what was typed and not sent for an hour, for the forms of this session’s classic page',
  body: unsentBody,
  answers: { 200: enveloped('Kept in memory, and nowhere else', unsentKept) },
} as const satisfies RouteDescription
