/**
 * The health payload, block by block: a malformed block costs itself, never the page. Blocks that may be
 * missing are then taken as missing and the fault is kept; without the others there is no verdict.
 */
import * as z from 'zod/mini'
import {
  type Health,
  health,
  type PolicyStateBlock,
  policyStateBlock,
  type RestartChurn,
  restartChurn,
} from '#domain/schemas/health.ts'
import { MalformedAnswer } from '#web/problems.ts'
import { firstFaultText } from '#web/schema-faults.ts'

/** A block as it was read, or what is wrong with it. */
type Block<T> =
  | { readonly kind: 'read'; readonly value: T }
  | { readonly kind: 'malformed'; readonly fault: string }

export interface HealthReading {
  readonly health: Block<Health>
  readonly policy: Block<PolicyStateBlock>
  readonly churn: Block<RestartChurn>
  /** Faults of blocks that were taken as missing. */
  readonly dropped: readonly string[]
}

/** Without them there is still a verdict; each stands for what is taken in its place. */
const DISPENSABLE: Readonly<Record<string, unknown>> = {
  circuit_breaker: null,
  database_pool: null,
  route_cache: null,
  system_memory: null,
  services: {},
  warnings: [],
  errors: [],
}

export function readHealth(body: unknown): HealthReading {
  if (typeof body !== 'object' || body === null) throw new MalformedAnswer('body: expected object')
  const { mended, dropped } = withoutMalformedBlocks(body)
  const resilience = Reflect.get(body, 'resilience') as Record<string, unknown> | null | undefined
  return {
    health: readBlock(health, mended),
    policy: readBlock(policyStateBlock, resilience?.policy_state, 'resilience.policy_state'),
    churn: readBlock(restartChurn, resilience?.restart_churn, 'resilience.restart_churn'),
    dropped,
  }
}

function withoutMalformedBlocks(body: object): { mended: object; dropped: string[] } {
  const whole = z.safeParse(health, body)
  const faulty = (whole.error?.issues ?? []).filter(({ path }) => String(path[0]) in DISPENSABLE)
  const replaced = faulty.map(({ path }) => [String(path[0]), DISPENSABLE[String(path[0])]])
  return {
    mended: { ...body, ...Object.fromEntries(replaced) },
    dropped: faulty.map((issue) => firstFaultText([issue], body)),
  }
}

function readBlock<T>(schema: z.ZodMiniType<T>, value: unknown, path = ''): Block<T> {
  const read = z.safeParse(schema, value)
  if (read.success) return { kind: 'read', value: read.data }
  const fault = firstFaultText(read.error.issues, value)
  return { kind: 'malformed', fault: path === '' ? fault : `${path}.${fault}` }
}
