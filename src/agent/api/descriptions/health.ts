import * as z from 'zod/mini'
import { TAB_HEADER } from '#domain/navigation/presence.ts'
import { deepHealth } from '#domain/schemas/deep-health.ts'
import { health } from '#domain/schemas/health.ts'
import { bare, type RouteDescription } from '../describe.ts'

export const HEALTH: RouteDescription = {
  summary: 'How the target is, as everybody may know it',
  headers: [TAB_HEADER],
  answers: {
    200: bare('Healthy or degraded', health),
    503: bare('Unhealthy', health, ['Retry-After']),
  },
}

export const DEEP_HEALTH: RouteDescription = {
  summary: 'How the target and Holdfast itself are, with paths, addresses and what disagrees',
  answers: {
    200: bare('Healthy or degraded', deepHealth),
    503: bare('Unhealthy', deepHealth, ['Retry-After']),
  },
}

export const LIVEZ: RouteDescription = {
  summary: 'Whether the agent answers at all',
  answers: { 200: bare('It does', z.object({ status: z.literal('ok') })) },
}

export const READYZ: RouteDescription = {
  summary: 'Whether the agent has looked at its target yet',
  answers: {
    200: bare('It has', z.object({ status: z.literal('ok') })),
    503: bare('Not yet', z.object({ status: z.literal('waiting for the first probe') }), ['Retry-After']),
  },
}

const shell = z.object({ loadable: z.boolean(), assets: z.number(), missing: z.array(z.string()) })
export type Shell = z.infer<typeof shell>

export const FRONTEND_SHELL: RouteDescription = {
  summary: 'Whether each file that the console’s document names is there',
  answers: { 200: bare('Each is', shell), 503: bare('Some are missing', shell) },
}
