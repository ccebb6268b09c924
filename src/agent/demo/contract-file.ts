import { readFileSync } from 'node:fs'
import { HoldfastProblem } from '#domain/problems.ts'
import { runtimeContract } from '#domain/schemas/runtime-contract.ts'
import type { RuntimeContract } from '#domain/schemas/runtime-contract.ts'

/** Only a demonstration's own contract is accepted: what runs here fails on purpose. */
export function readDemoContract(path: string): RuntimeContract {
  const reading = runtimeContract.safeParse(parse(path))
  if (!reading.success) {
    const found = reading.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
    throw new HoldfastProblem('contract_invalid', `${path}: ${found.join('; ')}`)
  }
  if (reading.data.kind !== 'demonstration') {
    throw new HoldfastProblem(
      'contract_invalid',
      `${path}: kind must be demonstration; found ${reading.data.kind}`,
    )
  }
  return reading.data
}

function parse(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new HoldfastProblem('contract_invalid', `${path}: ${why}`, { cause })
  }
}
