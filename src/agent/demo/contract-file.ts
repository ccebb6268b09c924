import { readFileSync } from 'node:fs'
import type * as z from 'zod/mini'
import { HoldfastProblem } from '#domain/problems.ts'
import { runtimeContract } from '#domain/schemas/runtime-contract.ts'
import type { RuntimeContract } from '#domain/schemas/runtime-contract.ts'
import { parseHostPort } from './arguments.ts'

/** Only a demonstration's own contract is accepted: what runs here fails on purpose. */
export function readDemoContract(path: string): RuntimeContract {
  const reading = runtimeContract.safeParse(parse(path))
  if (!reading.success) {
    const mistakes = reading.error.issues.map(describeIssue)
    throw new HoldfastProblem('contract_invalid', `${path}: ${mistakes.join('; ')}`)
  }
  if (reading.data.kind !== 'demonstration') {
    throw new HoldfastProblem(
      'contract_invalid',
      `${path}: kind must be demonstration; found ${reading.data.kind}`,
    )
  }
  if (!isLoopback(parseHostPort('bind', reading.data.bind).host)) {
    throw new HoldfastProblem(
      'contract_invalid',
      `${path}: bind of a demonstration must be a loopback address; found ${reading.data.bind}`,
    )
  }
  return reading.data
}

function describeIssue(issue: z.core.$ZodIssue): string {
  const where = issue.path.length === 0 ? 'the contract' : issue.path.join('.')
  if (issue.code === 'unrecognized_keys') return `${where} has the unknown key ${issue.keys.join(', ')}`
  if (issue.code === 'invalid_type') return `${where}: expected ${issue.expected}`
  return `${where}: ${issue.message}`
}

/** What fails on purpose is nobody else's to call. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)
}

function parse(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new HoldfastProblem('contract_invalid', `${path}: ${why}`, { cause })
  }
}
