/** Puts an image's files together in a directory, as the final stage of its Dockerfile copies them. */
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { ImageSpec } from '#domain/image/images.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import { plannedFiles } from './file-set.ts'

export interface Assembled {
  readonly files: number
  /** Beside the runtime. */
  readonly bytes: number
  readonly runtimeBytes: number
}

/** Into a directory that is empty or not there: what else lay in it would ship, too. */
export function assemble(image: ImageSpec, checkout: string, out: string): Assembled {
  if (existsSync(out) && readdirSync(out).length > 0)
    throw new HoldfastProblem('output_unwritable', `${out} is not empty`)
  let [files, bytes, runtimeBytes] = [0, 0, 0]
  for (const { to, from, text, mode } of plannedFiles(image, checkout)) {
    const path = join(out, to)
    if (from === undefined && text === undefined) {
      mkdirSync(path, { recursive: true })
      continue
    }
    mkdirSync(dirname(path), { recursive: true })
    if (text !== undefined) writeFileSync(path, text)
    else if (from !== undefined) copyFileSync(from, path)
    chmodSync(path, mode)
    const { size } = statSync(path)
    files += 1
    if (to === image.runtime) runtimeBytes += size
    else bytes += size
  }
  return { files, bytes, runtimeBytes }
}
