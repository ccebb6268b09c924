import { bytes, type RouteDescription } from '../describe.ts'

export const STREAM = {
  summary: 'What changes, as server-sent events (docs/adr/0020-live-events.md)',
  headers: ['Last-Event-ID'],
  answers: { 200: bytes('Events, until one side ends it', 'text/event-stream') },
  refusals: ['too_many_streams'],
} as const satisfies RouteDescription
