import { systemStatus } from '#domain/schemas/admin-api.ts'
import { enveloped, type RouteDescription } from '../describe.ts'

export const SYSTEM_STATUS: RouteDescription = {
  summary: 'What the agent runs beside: target, watchdog and intake',
  answers: { 200: enveloped('The system', systemStatus) },
}
