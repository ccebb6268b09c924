import { HoldfastProblem } from '#domain/problems.ts'

/** Any error as a problem, in one line: a file operation that failed names its file, the rest is a fault of ours. */
export function asProblem(error: unknown): HoldfastProblem {
  if (error instanceof HoldfastProblem) return error
  const { code, syscall, path } = (error ?? {}) as NodeJS.ErrnoException
  if (code === 'ENOSPC') {
    const where = path === undefined ? '' : ` for ${path}`
    return new HoldfastProblem('directory_unusable', `the disk has no space left${where}`, { cause: error })
  }
  if (code !== undefined && path !== undefined) {
    return new HoldfastProblem('directory_unusable', `${path} (${syscall ?? 'use'}: ${code})`, {
      cause: error,
    })
  }
  return new HoldfastProblem('internal', error instanceof Error ? error.message : String(error), {
    cause: error,
  })
}
