/**
 * The health payload, block by block: a malformed block costs itself, never the page. Blocks that may be
 * missing are then taken as missing and the fault is kept; without the others there is no verdict.
 */
import * as z from 'zod/mini'
import { type Verdict, type VerdictContext, verdictOf } from '#domain/health/verdict.ts'
import {
  type PolicyStateBlock,
  policyStateBlock,
  type RestartChurn,
  restartChurn,
  type ToldHealth,
  toldHealth,
} from '#domain/schemas/health.ts'
import { LEFT_OUT, toldHealthIn } from '#web/api/told-health.ts'
import { MalformedAnswer } from '#web/problems.ts'
import { firstFaultText } from '#web/schema-faults.ts'

/** A block as it was read, what is wrong with it, or that the backend does not tell of it. */
type Block<T> =
  | { readonly kind: 'read'; readonly value: T }
  | { readonly kind: 'malformed'; readonly fault: string }
  | { readonly kind: 'missing' }

export interface HealthReading {
  readonly health: Exclude<Block<ToldHealth>, { kind: 'missing' }>
  readonly policy: Block<PolicyStateBlock>
  readonly churn: Block<RestartChurn>
  /** Faults of blocks that were taken as missing. */
  readonly dropped: readonly string[]
  /** The domain's verdict over it; null where none can be made. It comes with what reads, so that the frame does not wait for it. */
  readonly verdict: (facts: VerdictContext) => Verdict | null
}

/** Without them there is still a verdict, as there is without the blocks of `LEFT_OUT`. */
const DISPENSABLE_IN_RESILIENCE: readonly string[] = ['thresholds', 'alerts', 'recovery_recommendation']

export function readHealth(body: unknown): HealthReading {
  const told = toldHealthIn(body)
  if (told === null) throw new MalformedAnswer('body: expected object')
  const { mended, dropped } = withoutMalformedBlocks(told)
  const resilience = told.resilience as Record<string, unknown>
  const health = readBlock(toldHealth, mended)
  return {
    health,
    verdict: (facts) => (health.kind === 'read' ? verdictOf(health.value, facts) : null),
    policy: readPart(policyStateBlock, resilience.policy_state, 'resilience.policy_state'),
    churn: readPart(restartChurn, resilience.restart_churn, 'resilience.restart_churn'),
    dropped,
  }
}

function withoutMalformedBlocks(told: object): { mended: object; dropped: string[] } {
  const issues = z.safeParse(toldHealth, told).error?.issues ?? []
  const faulty = issues.filter(({ path }) => isDispensable(path))
  let mended = told
  for (const { path } of faulty) mended = withoutBlock(mended, path)
  return { mended, dropped: faulty.map((issue) => firstFaultText([issue], told)) }
}

function isDispensable([block, part]: readonly PropertyKey[]): boolean {
  return block === 'resilience'
    ? DISPENSABLE_IN_RESILIENCE.includes(String(part))
    : Object.hasOwn(LEFT_OUT, String(block))
}

function withoutBlock(told: object, [block, part]: readonly PropertyKey[]): object {
  if (block !== 'resilience') return { ...told, [String(block)]: LEFT_OUT[String(block)] }
  return { ...told, resilience: { ...(Reflect.get(told, block) as object), [String(part)]: null } }
}

function readPart<T>(schema: z.ZodMiniType<T>, value: unknown, path: string): Block<T> {
  return value === null ? { kind: 'missing' } : readBlock(schema, value, path)
}

function readBlock<T>(
  schema: z.ZodMiniType<T>,
  value: unknown,
  path = '',
): Exclude<Block<T>, { kind: 'missing' }> {
  const read = z.safeParse(schema, value)
  if (read.success) return { kind: 'read', value: read.data }
  const fault = firstFaultText(read.error.issues, value)
  return { kind: 'malformed', fault: path === '' ? fault : `${path}.${fault}` }
}
