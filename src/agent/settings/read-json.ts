import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'
import { cleanText } from '#domain/free-text.ts'
import { HoldfastProblem, type ProblemCode } from '#domain/problems.ts'
import { repeatedKeyIn } from '#domain/schemas/repeated-key.ts'

/** Far above a configuration, a contract or a state file of 10000 entries; a device would never end. */
const FILE_BYTES_LIMIT = 32 * 1024 * 1024

/** Reads a small JSON file; a failure names the file and, where the parser knows it, the place. */
export function readJson(path: string, code: ProblemCode): unknown {
  let text: string
  try {
    text = readSmallFile(path).toString('utf8')
  } catch (cause) {
    throw new HoldfastProblem(code, `${path} cannot be read (${errorCode(cause)})`, { cause })
  }
  let value: unknown
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (cause) {
    // Not the parser's own message: it quotes the text, which may hold a secret (AU5).
    const place = /line \d+ column \d+/.exec((cause as Error).message)?.[0]
    throw new HoldfastProblem(code, `${path} is not JSON${place === undefined ? '' : ` (${place})`}`, {
      cause,
    })
  }
  const repeated = repeatedKeyIn(text)
  if (repeated === null) return value
  const { key, line } = repeated
  throw new HoldfastProblem(code, `${path} says ${cleanText(key, KEY_LIMIT)} twice, again in line ${line}`)
}

const KEY_LIMIT = 60

/** A regular file of a sane size, whole: a pipe or a device in its place would be waited for without end. */
export function readSmallFile(path: string, bytesLimit = FILE_BYTES_LIMIT): Buffer {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const stat = fstatSync(file)
    if (!stat.isFile() && !stat.isDirectory()) throw new Error('no regular file')
    if (stat.size > bytesLimit) throw new Error(`larger than ${bytesLimit / 1048576} MiB`)
    return readFileSync(file)
  } finally {
    closeSync(file)
  }
}

export function errorCode(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return code ?? message
}
