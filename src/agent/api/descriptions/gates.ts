import { gatesView, releaseRecorded } from '#domain/schemas/gates-api.ts'
import { releaseWord } from '#domain/release/release-word.ts'
import { enveloped, type RouteDescription } from '../describe.ts'

export const GATES: RouteDescription = {
  summary: 'What was proved of the build that runs, and what stands before its cutover',
  answers: { 200: enveloped('Judged now', gatesView) },
}

/** From a command of this host: what gates, waivers and cutovers were, for the audit trail. */
export const RELEASE_WORD = {
  summary: 'Record what was done about gates and releases',
  body: releaseWord,
  answers: { 200: enveloped('Recorded', releaseRecorded) },
  refusals: ['state_unreadable', 'state_unwritable'],
} as const satisfies RouteDescription
