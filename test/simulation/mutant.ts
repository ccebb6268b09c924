/** A copy of the sources in a directory of its own, with one guard taken away. */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Mutation } from './mutations/mutation.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const NEEDED = ['package.json', 'src/agent', 'src/domain', 'test/simulation']

export interface Mutant {
  readonly directory: string
  remove(): void
}

export function makeMutant(mutation: Mutation): Mutant {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-mutant-'))
  for (const path of NEEDED) cpSync(join(root, path), join(directory, path), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'))
  const file = join(directory, mutation.file)
  writeFileSync(file, mutated(readFileSync(file, 'utf8'), mutation))
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) }
}

/** Fails where the guard is not there any more, or not there once: then the table speaks of another code. */
export function mutated(source: string, { guard, file, from, to }: Mutation): string {
  const places = source.split(from).length - 1
  if (places !== 1) throw new Error(`“${guard}”: ${file} has ${places} places that read: ${from}`)
  return source.replace(from, () => to)
}
