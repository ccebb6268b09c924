import { bytes, type RouteDescription } from '../describe.ts'

export const METRICS: RouteDescription = {
  summary: 'Holdfast’s own series for Prometheus; to its own host also without signing in',
  answers: { 200: bytes('The text format 0.0.4', 'text/plain') },
}
