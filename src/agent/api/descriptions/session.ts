import * as z from 'zod/mini'
import { linkBody, loginBody, sessionView } from '#domain/schemas/access-api.ts'
import { enveloped, type RouteDescription } from '../describe.ts'

const entered = enveloped('Signed in', sessionView, ['Set-Cookie'])

export const LOGIN = {
  summary: 'Begin a session with a name and password',
  body: loginBody,
  answers: { 200: entered },
  refusals: ['sign_in_refused', 'sign_in_slowed', 'sign_in_busy', 'accounts_unreadable', 'state_unwritable'],
} as const satisfies RouteDescription

export const LOGIN_LINK = {
  summary: 'Begin a session with a sign-in link, which works once',
  body: linkBody,
  answers: { 200: entered },
  refusals: ['sign_in_link_invalid', 'state_unwritable'],
} as const satisfies RouteDescription

export const LOGOUT: RouteDescription = {
  summary: 'End the session',
  answers: { 200: enveloped('Signed out', z.object({ signed_out: z.literal(true) }), ['Set-Cookie']) },
}

export const SESSION: RouteDescription = {
  summary: 'Who is signed in, and until when',
  answers: { 200: enveloped('The session, or whom the token stands for', sessionView) },
}
