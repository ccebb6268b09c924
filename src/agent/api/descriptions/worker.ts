import {
  guardReleaseBody,
  pauseBody,
  restartAccepted,
  restartBody,
  restartDryRun,
  restartRefused,
  resumeBody,
  wordRecorded,
  workerStatus,
} from '#domain/schemas/worker-api.ts'
import { enveloped, refused, type RouteDescription } from '../describe.ts'

const recorded = { 200: enveloped('Recorded, and told to the watchdog at its next look', wordRecorded) }

/** What a journal that cannot be read or written answers. */
const JOURNALS = ['state_unreadable', 'state_unwritable'] as const

export const WORKER_STATUS: RouteDescription = {
  summary: 'What the watchdog may do, what it did, and what holds it back',
  answers: { 200: enveloped('The state, with its version as ETag', workerStatus, ['ETag']) },
  refusals: JOURNALS,
}

export const WORKER_RESTART = {
  summary: 'Ask the watchdog for a restart of the workers',
  headers: ['Idempotency-Key', 'If-Match'],
  body: restartBody,
  answers: {
    200: enveloped('Accepted, with the decision', restartAccepted),
    400: refused('An override without acknowledgement or reason', restartRefused),
    409: refused('Refused by policy', restartRefused),
    429: refused('Refused while the cooldown lasts', restartRefused, ['Retry-After']),
  },
  refusals: [...JOURNALS, 'request_pending', 'stale_view', 'precondition_missing', 'watchdog_not_running'],
} as const satisfies RouteDescription

export const RESTART_DRY_RUN: RouteDescription = {
  summary: 'What would be said to a plain reload now, without asking for one',
  answers: { 200: enveloped('The decision, refused or not', restartDryRun) },
  refusals: [...JOURNALS, 'request_pending', 'watchdog_not_running'],
}

export const GUARD_RELEASE = {
  summary: 'Release the latched guard',
  headers: ['Idempotency-Key'],
  body: guardReleaseBody,
  answers: recorded,
  refusals: JOURNALS,
} as const satisfies RouteDescription

export const PAUSE = {
  summary: 'Keep the watchdog from restarting anything by itself',
  headers: ['Idempotency-Key'],
  body: pauseBody,
  answers: recorded,
  refusals: JOURNALS,
} as const satisfies RouteDescription

export const RESUME = {
  summary: 'End a pause',
  headers: ['Idempotency-Key'],
  body: resumeBody,
  answers: recorded,
  refusals: JOURNALS,
} as const satisfies RouteDescription
