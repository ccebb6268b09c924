import { existsSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { HoldfastProblem } from '#domain/problems.ts'
import { errorCode } from '#agent/settings/read-json.ts'

/** Makes a directory and proves that it can be written, now, instead of failing half-way later. */
export async function prepareDirectory(path: string, what: string): Promise<void> {
  const proof = join(path, `.writable-${process.pid}`)
  try {
    await makeDirectory(path)
    await writeFile(proof, '')
    await rm(proof)
  } catch (cause) {
    throw new HoldfastProblem(
      'directory_unusable',
      `${what} ${path} cannot be written (${errorCode(cause)})`,
      { cause },
    )
  }
}

/** Not mkdir's own recursion: below /proc, where nothing can be made, that never returns. */
async function makeDirectory(path: string): Promise<void> {
  if (existsSync(path)) return
  await makeDirectory(dirname(path))
  await mkdir(path, { mode: 0o770 }).catch((error: unknown) => {
    if (errorCode(error) !== 'EEXIST') throw error
  })
}
