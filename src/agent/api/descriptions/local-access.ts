/** On the Unix socket alone, and so in no document (ADR 0019): what is read is described all the same. */
import {
  accessChanged,
  accountBody,
  accountList,
  accountNamed,
  linkMade,
  passwordBody,
  tokenBody,
  tokenCreated,
  tokenList,
  tokenNamed,
} from '#domain/schemas/access-api.ts'
import { consoleAddress, rollbackRecord, rollbackRecorded } from '#domain/schemas/rollback-api.ts'
import { challengeGiven } from '#domain/schemas/worker-api.ts'
import { enveloped, type RouteDescription } from '../describe.ts'

const changed = { 200: enveloped('Changed', accessChanged) }

export const CHALLENGE: RouteDescription = {
  summary: 'A challenge, for the proof of which account asks',
  answers: { 200: enveloped('The challenge', challengeGiven) },
}

export const ACCOUNTS: RouteDescription = {
  summary: 'Who may sign in',
  answers: { 200: enveloped('The accounts', accountList) },
  refusals: ['accounts_unreadable'],
}

export const ACCOUNT_ADD = {
  summary: 'Add an account',
  body: accountBody,
  answers: changed,
  refusals: ['account_exists', 'accounts_unreadable', 'state_unwritable'],
} as const satisfies RouteDescription

export const ACCOUNT_PASSWORD = {
  summary: 'Set an account’s password, which ends its sessions',
  body: passwordBody,
  answers: changed,
  refusals: ['account_unknown', 'accounts_unreadable', 'state_unwritable'],
} as const satisfies RouteDescription

export const ACCOUNT_REMOVE = {
  summary: 'Remove an account, which ends its sessions',
  body: accountNamed,
  answers: changed,
  refusals: ['account_unknown', 'accounts_unreadable', 'state_unwritable'],
} as const satisfies RouteDescription

export const TOKENS: RouteDescription = {
  summary: 'The tokens of scripts',
  answers: { 200: enveloped('The tokens, without what is secret of them', tokenList) },
  refusals: ['accounts_unreadable'],
}

export const TOKEN_CREATE = {
  summary: 'Make a token for a script',
  body: tokenBody,
  answers: { 200: enveloped('The token, told this once', tokenCreated) },
  refusals: ['accounts_unreadable', 'state_unwritable'],
} as const satisfies RouteDescription

export const TOKEN_REVOKE = {
  summary: 'Revoke a token',
  body: tokenNamed,
  answers: changed,
  refusals: ['token_unknown', 'accounts_unreadable', 'state_unwritable'],
} as const satisfies RouteDescription

export const LINK_MAKE: RouteDescription = {
  summary: 'Make a link that lets in once',
  answers: { 200: enveloped('The link’s fragment', linkMade) },
  refusals: ['state_unwritable'],
}

export const ADDRESS: RouteDescription = {
  summary: 'Where a browser reaches the console',
  answers: { 200: enveloped('The address', consoleAddress) },
}

export const ROLLBACK_RECORD = {
  summary: 'Record how a rollback went',
  body: rollbackRecord,
  answers: { 200: enveloped('Recorded', rollbackRecorded) },
  refusals: ['state_unwritable', 'state_unreadable'],
} as const satisfies RouteDescription
