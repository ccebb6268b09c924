/**
 * What a form without script carries for its session (SE3). It is of one session, one kind of form and one key, and the key is
 * that by which its request is known again: whoever takes it away can send the same request once more, which is then
 * not done twice, and nothing else.
 */
import { createHmac } from 'node:crypto'
import { isSameSecret } from './secrets.ts'

export function formToken(csrf: string, act: string, key: string): string {
  return createHmac('sha256', csrf).update(`${act} ${key}`).digest('base64url')
}

export function formTokenMatches(csrf: string, act: string, { key, csrf: given }: FormMark): boolean {
  return isSameSecret(formToken(csrf, act, key), given)
}

interface FormMark {
  readonly key: string
  readonly csrf: string
}
