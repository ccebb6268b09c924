import { readFileSync } from 'node:fs'
import { HoldfastProblem, type ProblemCode } from '#domain/problems.ts'

/** Reads a small JSON file; a failure names the file and, where the parser knows it, the place. */
export function readJson(path: string, code: ProblemCode): unknown {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new HoldfastProblem(code, `${path} cannot be read (${errorCode(cause)})`, { cause })
  }
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new HoldfastProblem(code, `${path} is not JSON: ${(cause as Error).message}`, { cause })
  }
}

export function errorCode(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error)
}
