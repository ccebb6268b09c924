import { configView, sessionEnded, sessionList, sessionNamed, userList } from '#domain/schemas/admin-view.ts'
import { enveloped, type RouteDescription } from '../describe.ts'

export const USERS: RouteDescription = {
  summary: 'Who may sign in, and the tokens of scripts',
  answers: { 200: enveloped('Accounts and tokens, without anything that lets in', userList) },
}

export const SESSIONS: RouteDescription = {
  summary: 'Who is signed in now',
  answers: { 200: enveloped('The sessions of browsers', sessionList) },
}

export const SESSION_END = {
  summary: 'End somebody’s session',
  body: sessionNamed,
  answers: { 200: enveloped('Ended, or it had ended before', sessionEnded) },
  refusals: ['state_unwritable'],
} as const satisfies RouteDescription

export const CONFIG: RouteDescription = {
  summary: 'Every setting that is in force, and who said so',
  answers: { 200: enveloped('The settings, without secrets', configView) },
}
