/** Secrets that nobody chose: long enough that a plain hash of them is as good as they are. */
import { hash, randomBytes, timingSafeEqual } from 'node:crypto'

const SECRET_BYTES = 32

export function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url')
}

/** What is kept in place of a secret, and looked up by. */
export function sha256(secret: string): string {
  return hash('sha256', secret, 'hex')
}

export function isSameSecret(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(sha256(one)), Buffer.from(sha256(other)))
}
