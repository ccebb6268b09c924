/** What nginx answers by itself: with the agent's security headers (SE8), and its errors in the agent's form (OB, BI1). */
import { problemBodyOf } from '../problem-body.ts'
import { PROBLEMS, type ProblemCode } from '../problems.ts'
import { SECURITY_HEADERS } from '../security-headers.ts'
import { block } from './nginx-text.ts'

/** On every answer, errors too. A name is written as it is usual, for whoever reads the file. */
export function ownHeaders(policy: string = SECURITY_HEADERS['content-security-policy']): string[] {
  const headers = { ...SECURITY_HEADERS, 'content-security-policy': policy }
  return Object.entries(headers).map(([name, value]) => `add_header ${name} "${value}" always;`)
}

/** An address that nginx alone can ask for. */
export function inside(prefix: string, name: string): string {
  return `${prefix}.holdfast/${name}`
}

interface OwnProblem {
  readonly statuses: readonly number[]
  readonly code: ProblemCode
  readonly detail: string
}

/** By the statuses that nginx makes; what the agent answers passes as it is. */
const TABLE: readonly OwnProblem[] = [
  { statuses: [400, 405, 411, 414], code: 'bad_request', detail: 'nginx could not take the request' },
  { statuses: [403, 404], code: 'not_found', detail: 'nginx has no such file' },
  { statuses: [413], code: 'body_too_large', detail: 'expected at most 64 KiB' },
  { statuses: [494], code: 'headers_too_large', detail: 'expected fewer or shorter headers' },
  { statuses: [500], code: 'internal', detail: 'the answer could not be made; the log of nginx says why' },
  { statuses: [502, 504], code: 'agent_unreachable', detail: 'nginx asked the agent and got no answer' },
]

/** Said anew in each place that says one of its own: nginx takes over all of them or none. */
export function errorPages(prefix: string, but: readonly number[] = []): string[] {
  return TABLE.flatMap(({ statuses, code }) => {
    const left = statuses.filter((status) => !but.includes(status))
    const { status } = PROBLEMS[code]
    return left.length === 0
      ? []
      : [`error_page ${left.join(' ')} =${status} ${problemAddress(prefix, code)};`]
  })
}

export function problemLocations(prefix: string): string[] {
  const said = TABLE.flatMap(({ code, detail }) =>
    block(`location = ${problemAddress(prefix, code)}`, [
      'internal;',
      `return 200 '${JSON.stringify(problemBodyOf(code, detail))}';`,
    ]),
  )
  return block(`location ^~ ${problemAddress(prefix, '')}`, [
    'internal;',
    'default_type application/problem+json;',
    ...ownHeaders(),
    'add_header Cache-Control no-store always;',
    ...said,
  ])
}

function problemAddress(prefix: string, code: ProblemCode | ''): string {
  return inside(prefix, `problem/${code}`)
}
