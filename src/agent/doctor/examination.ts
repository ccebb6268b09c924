/** One thing that the doctor looked at: what it is, what was seen, and what mends it. What was not looked at says why. */
import { HoldfastProblem } from '#domain/problems.ts'
import { errorCode } from '#agent/settings/read-json.ts'

export interface Look {
  readonly state: 'ok' | 'finding' | 'not_checked'
  /** What was seen, or why it was not looked at, as one plain sentence. */
  readonly said: string
  readonly mend: string | null
}

export interface Examined extends Look {
  readonly id: string
  readonly title: string
}

export interface Examination {
  readonly id: string
  readonly title: string
  /** Several findings are several answers. */
  readonly look: () => Promise<Look | readonly Look[]>
}

export function good(said: string): Look {
  return { state: 'ok', said, mend: null }
}

export function finding(said: string, mend: string): Look {
  return { state: 'finding', said, mend }
}

export function notChecked(said: string): Look {
  return { state: 'not_checked', said, mend: null }
}

/** One that fails is not checked; the others go on. */
export async function examine({ id, title, look }: Examination): Promise<Examined[]> {
  const seen = await look().catch(unseen)
  const looks = 'state' in seen ? [seen] : seen
  return looks.map((one) => ({ id, title, ...one }))
}

function unseen(error: unknown): Look {
  return error instanceof HoldfastProblem
    ? notChecked(`${error.spec.title}: ${error.detail}`)
    : notChecked(`it could not be looked at (${errorCode(error)})`)
}
