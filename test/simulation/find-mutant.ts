/** Simulates a mutant until a seed finds its guard missing, or there are no more seeds to try. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { makeMutant } from './mutant.ts'
import type { Mutation } from './mutations/mutation.ts'

export interface Found {
  readonly invariant: string
  readonly seed: number
  readonly step: number
  readonly detail: string
}

interface Limits {
  readonly from: number
  readonly seeds: number
  readonly steps: number
}

/** null: it survived. */
export async function findMutant(mutation: Mutation, { from, seeds, steps }: Limits): Promise<Found | null> {
  const mutant = makeMutant(mutation)
  try {
    const child = spawn(
      process.execPath,
      [join(mutant.directory, 'test/simulation/run-seeds.ts'), ...[from, seeds, 1, steps].map(String)],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    )
    let complaint = ''
    child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()))
    const ended = new Promise<number | null>((done) => child.on('close', done))
    for await (const line of createInterface({ input: child.stdout })) {
      const { seed, violation } = JSON.parse(line) as {
        seed: number
        violation: (Found & { step: number }) | null
      }
      if (violation === null) continue
      child.kill('SIGKILL')
      return { ...violation, seed }
    }
    const code = await ended
    if (code !== 0) throw new Error(`“${mutation.guard}” does not run: ${complaint.slice(0, 2000)}`)
    return null
  } finally {
    mutant.remove()
  }
}
