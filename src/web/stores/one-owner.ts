/** What the desks share: what was typed and asked for is its author's, and how a request can end that was not answered with yes. */
import { isUntold, type ProblemView } from '#web/problems.ts'

/** Returns whom to keep for: what is there is cleared when somebody else signs in. */
export function oneOwner(clear: () => void): (user: string) => void {
  let owner: string | null = null
  return (user) => {
    if (owner !== null && owner !== user) clear()
    owner = user
  }
}

/** Nobody looked at a request whose session had ended, and the page says so: then nothing is to be told. */
export function endOf(problem: ProblemView): 'untold' | 'nothing' | 'failed' {
  if (isUntold(problem)) return 'untold'
  return problem.code === 'sign_in_required' ? 'nothing' : 'failed'
}
