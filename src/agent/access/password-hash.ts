/**
 * Passwords as scrypt hashes (SE1), made and checked one at a time: a hash costs 16 MiB and a third of a second of
 * one core, and whoever tries passwords must not take more than that from an agent beside a service in trouble.
 */
import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto'
import { HoldfastProblem } from '#domain/problems.ts'
import type { PasswordHash } from '#domain/schemas/access-file.ts'

type Cost = Pick<PasswordHash, 'n' | 'r' | 'p'>

/** As strong as n = 131072, p = 1, with an eighth of its memory. */
const COST: Cost = { n: 16_384, r: 8, p: 5 }
const KEY_BYTES = 32
const SALT_BYTES = 16
/** Some seconds of waiting; who comes then is told to come back. */
const WAITING_LIMIT = 8

export async function hashPassword(password: string, cost = COST): Promise<PasswordHash> {
  const salt = randomBytes(SALT_BYTES)
  const key = await derive(password, salt, cost)
  return { kind: 'scrypt', ...cost, salt: salt.toString('base64url'), key: key.toString('base64url') }
}

/** Where there is no such account a hash is checked all the same: the time must not tell (SE1). */
export function hashOfNobody(cost = COST): PasswordHash {
  const [salt, key] = [randomBytes(SALT_BYTES), randomBytes(KEY_BYTES)]
  return { kind: 'scrypt', ...cost, salt: salt.toString('base64url'), key: key.toString('base64url') }
}

export class PasswordCheck {
  #waiting = 0
  #turn: Promise<unknown> = Promise.resolve()

  async fits(password: string, held: PasswordHash): Promise<boolean> {
    if (this.#waiting >= WAITING_LIMIT) {
      throw new HoldfastProblem('sign_in_busy', `${WAITING_LIMIT} others wait for their turn`)
    }
    this.#waiting += 1
    const turn = this.#turn.then(() => isMatch(password, held))
    this.#turn = turn.catch(() => {})
    return turn.finally(() => (this.#waiting -= 1))
  }
}

async function isMatch(password: string, { salt, key, ...cost }: PasswordHash): Promise<boolean> {
  const expected = Buffer.from(key, 'base64url')
  const found = await derive(password, Buffer.from(salt, 'base64url'), cost)
  return expected.length === found.length && timingSafeEqual(expected, found)
}

function derive(password: string, salt: Buffer, { n, r, p }: Cost): Promise<Buffer> {
  const options: ScryptOptions = { N: n, r, p, maxmem: 256 * n * r }
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  // The same word typed on another keyboard may come as other code points.
  scrypt(password.normalize('NFKC'), salt, KEY_BYTES, options, (error, key) =>
    error === null ? resolve(key) : reject(error),
  )
  return promise
}
