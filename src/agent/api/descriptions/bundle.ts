import * as z from 'zod/mini'
import { bytes, type RouteDescription } from '../describe.ts'
import { numberText } from '../query.ts'

export const BUNDLE_MS_LIMIT = 86_400_000

export const BUNDLE_WINDOW = 'in milliseconds since 1970, from before to, at most a day apart'

const instant = numberText(z.number().check(z.int())).check(z.describe(`a time ${BUNDLE_WINDOW}`))

export const BUNDLE = {
  summary: 'The incident bundle of a window, as a file',
  query: z.object({ from: instant, to: instant }),
  answers: { 200: bytes('A gzipped tar archive', 'application/gzip') },
  refusals: ['state_unreadable', 'state_unwritable'],
} as const satisfies RouteDescription
