import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HoldfastProblem } from '#domain/problems.ts'
import { errorCode } from '#agent/settings/read-json.ts'

/** Makes a directory and proves that it can be written, now, instead of failing half-way later. */
export async function prepareDirectory(path: string, what: string): Promise<void> {
  const proof = join(path, `.writable-${process.pid}`)
  try {
    await mkdir(path, { recursive: true, mode: 0o770 })
    await writeFile(proof, '')
    await rm(proof)
  } catch (cause) {
    throw new HoldfastProblem('directory_unusable', `${what} ${path} cannot be written (${errorCode(cause)})`, { cause })
  }
}
