import type * as z from 'zod/mini'
import { cleanText } from '#domain/free-text.ts'

type Issue = z.core.$ZodIssue

/** Where, what was expected, what was found: of the first thing that is wrong. */
export function firstFaultText(issues: readonly Issue[], body: unknown): string {
  const issue = issues[0]
  if (issue === undefined) return ''
  const path = issue.path.map(String).join('.')
  return `${path === '' ? 'body' : path}: expected ${expectedText(issue)}, found ${foundText(valueAt(body, issue.path))}`
}

function expectedText(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected
    case 'invalid_value':
      return issue.values.map(String).join(' or ')
    default:
      return issue.code
  }
}

function valueAt(body: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    body,
  )
}

const FOUND_LENGTH_MAX = 40

function foundText(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = cleanText(JSON.stringify(value))
  return text.length > FOUND_LENGTH_MAX ? `${text.slice(0, FOUND_LENGTH_MAX)}…` : text
}
