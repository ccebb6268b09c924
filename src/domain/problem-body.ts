/** An error as it leaves over HTTP, whoever says it: the agent, or nginx in its place. */
import { PROBLEMS, type ProblemCode } from './problems.ts'
import type { ProblemBody } from './schemas/admin-api.ts'

export function problemBodyOf(code: ProblemCode, detail: string): ProblemBody {
  const { status, title } = PROBLEMS[code]
  return {
    type: `urn:holdfast:problem:${code}`,
    title,
    status,
    detail,
    success: false,
    error: { code, message: detail },
  }
}
