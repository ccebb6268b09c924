import { navigationBody, navigationChanged, navigationReport } from '#domain/schemas/navigation-api.ts'
import { enveloped, type RouteDescription } from '../describe.ts'

export const NAVIGATION_READ: RouteDescription = {
  summary:
    'The kill switch: which routes are out of service and by which files, who has left, and how the last rollback went',
  answers: { 200: enveloped('What is there now', navigationReport) },
}

export const NAVIGATION_CHANGE = {
  summary: 'Engage the kill switch, or release what the console may release',
  headers: ['Idempotency-Key'],
  body: navigationBody,
  answers: { 200: enveloped('Done, with what still holds', navigationChanged) },
  refusals: ['state_unreadable', 'state_unwritable', 'switch_unwritable'],
} as const satisfies RouteDescription
