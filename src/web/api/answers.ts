/**
 * What the agent answers, as the schemas promise it. They and their library weigh more than all else that the first page needs
 * (ADR 0038): loaded for an answer without a shape of its own, and to say what is wrong with one that has another.
 */
import '#web/zod-policy.ts'
import * as z from 'zod/mini'
import { sessionView } from '#domain/schemas/access-api.ts'
import { problemBody, systemStatus } from '#domain/schemas/admin-api.ts'
import { configView, sessionEnded, sessionList, userList } from '#domain/schemas/admin-view.ts'
import { auditPage, auditVerification } from '#domain/schemas/audit-api.ts'
import { contractReport } from '#domain/schemas/contract-api.ts'
import { gatesView } from '#domain/schemas/gates-api.ts'
import { logsPage } from '#domain/schemas/logs.ts'
import { navigationChanged, navigationReport } from '#domain/schemas/navigation-api.ts'
import { servedSnapshot } from '#domain/schemas/served-snapshot.ts'
import { restartAccepted, wordRecorded, workerStatus } from '#domain/schemas/worker-api.ts'
import { MalformedAnswer } from '#web/problems.ts'
import { firstFaultText } from '#web/schema-faults.ts'

export { readHealth } from '#web/api/health-reading.ts'

export const ANSWERS = {
  problem: problemBody,
  served: servedSnapshot,
  session: z.object({ success: z.literal(true), data: sessionView }),
  status: enveloped(systemStatus),
  workerStatus: enveloped(workerStatus),
  gates: enveloped(gatesView),
  auditPage: enveloped(auditPage),
  auditVerification: enveloped(auditVerification),
  logs: enveloped(logsPage),
  users: enveloped(userList),
  sessions: enveloped(sessionList),
  sessionEnded: enveloped(sessionEnded),
  config: enveloped(configView),
  contract: enveloped(contractReport),
  restartAccepted: enveloped(restartAccepted),
  wordRecorded: enveloped(wordRecorded),
  navigation: enveloped(navigationReport),
  navigationChanged: enveloped(navigationChanged),
}

export type Answers = { [Name in keyof typeof ANSWERS]: z.infer<(typeof ANSWERS)[Name]> }

/** One in another form than promised is told as that, with its first fault. */
export function readAnswer<Name extends keyof Answers>(name: Name, body: unknown): Answers[Name] {
  const parsed = z.safeParse<z.ZodMiniType>(ANSWERS[name], body)
  if (!parsed.success) throw new MalformedAnswer(firstFaultText(parsed.error.issues, body))
  return parsed.data as Answers[Name]
}

function enveloped<T>(data: z.ZodMiniType<T>) {
  return z.object({ success: z.literal(true), data, meta: z.object({ at: z.number() }) })
}
