/** Whether what a release says of itself, just started, is that it is well. */
import type { GateFinding } from '#domain/release/gate-report.ts'

export const SETTLED_MS = 30_000
const MEND = 'holdfast status, beside npm start'

export interface SeenHealth {
  readonly health: 'healthy' | 'unwell' | 'unreadable'
  /** Path to status. */
  readonly answers: Readonly<Record<string, number>>
  readonly watchdogRuns: boolean
  readonly policy: string
  /** null: the trail verifies. */
  readonly auditFault: string | null
}

export function judgeHealth({
  health,
  answers,
  watchdogRuns,
  policy,
  auditFault,
}: SeenHealth): GateFinding[] {
  const unwell = Object.entries(answers).filter(([, status]) => status !== 200)
  const faults: [boolean, string, string][] = [
    [health === 'unwell', 'health_unwell', `/health does not say healthy within ${SETTLED_MS / 1000} s`],
    [health === 'unreadable', 'health_form', '/health has another form than is promised'],
    ...unwell.map(([path, status]): [boolean, string, string] => {
      return [true, 'endpoint_unwell', `/${path} answers ${status}`]
    }),
    [!watchdogRuns, 'watchdog_missing', 'the watchdog does not run'],
    [policy !== 'allowed', 'policy_held', `self-healing is ${policy}, and nothing has happened yet`],
    [
      auditFault !== null,
      'audit_broken',
      `the audit trail does not verify: ${(auditFault ?? '').slice(0, 300)}`,
    ],
  ]
  return faults.filter(([isSo]) => isSo).map(([, code, message]) => ({ code, message, mend: MEND }))
}
