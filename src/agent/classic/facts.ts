/** What a classic page is made of (SH4). Without a visitor it is what anybody may read (OB1). */
import type { Role } from '#domain/access/roles.ts'
import type { AuditRecord } from '#domain/audit/record.ts'
import type { RouteId } from '#domain/navigation/manifest.ts'
import type { Decision } from '#domain/policy/decide.ts'
import type { HoldfastProblem } from '#domain/problems.ts'
import type { Health } from '#domain/schemas/health.ts'
import type { NavigationReport } from '#domain/schemas/navigation-api.ts'
import type { WorkerStatus } from '#domain/schemas/worker-api.ts'
import type { EpochMs } from '#domain/time.ts'

export interface ClassicFacts {
  readonly health: Health
  /** null: it could not be read. */
  readonly worker: WorkerStatus | null
  readonly navigation: NavigationReport
  readonly now: EpochMs
  /** Whose counterpart it is; without one it is the whole page. */
  readonly page?: RouteId | null
  readonly visitor?: Visitor | null
  readonly answer?: ClassicAnswer | null
  /** Typed in the console before it went out of service. */
  readonly unsent?: UnsentTexts
}

/** Who has signed in, and what only such a one is shown. */
export interface Visitor {
  readonly shown: string
  readonly role: Role
  /** For one form: by what its request is known again, and what proves that it is this session's (SE3). */
  readonly marks: (act: FormAct) => FormMarks
  /** How the operator knows the target; typed to confirm an override. */
  readonly target: string
  /** What would be said to a restart now; a problem where nobody could carry it out. */
  readonly preview: Decision | HoldfastProblem
  /** Newest first; null: not read for this page. */
  readonly audit: readonly AuditRecord[] | null
}

export interface FormMarks {
  readonly key: string
  readonly csrf: string
}

export const FORM_ACTS = [
  'restart',
  'override',
  'guard-release',
  'pause',
  'resume',
  'navigation',
  'sign-out',
] as const
export type FormAct = (typeof FORM_ACTS)[number]

/** By form, and in it by field. */
export type UnsentTexts = Readonly<Partial<Record<FormAct, Readonly<Record<string, string>>>>>

/** What came of the last form, and what was typed in it where it has to be sent again. */
export interface ClassicAnswer {
  readonly act: FormAct | 'sign-in'
  readonly isDone: boolean
  readonly lines: readonly string[]
  readonly typed: Readonly<Record<string, string>>
}
