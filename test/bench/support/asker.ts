/** Asks for restarts as fast as it can, as `holdfast restart --no-wait` does; prints what it was told. */
import { readFileSync } from 'node:fs'
import { HoldfastProblem } from '#domain/problems.ts'
import type { RuntimeContract } from '#domain/schemas/runtime-contract.ts'
import { publishRestart } from '../../support/operator.ts'

const [contractFile = '', count = '0'] = process.argv.slice(2)
const contract = JSON.parse(readFileSync(contractFile, 'utf8')) as RuntimeContract
const accepted: string[] = []
let pending = 0

for (let number = 0; number < Number(count); number += 1) {
  try {
    accepted.push(await publishRestart(contract, { rung: 'reload', override: null }))
  } catch (error) {
    if (!(error instanceof HoldfastProblem) || error.code !== 'request_pending') throw error
    pending += 1
  }
}
process.stdout.write(JSON.stringify({ accepted, pending }))
