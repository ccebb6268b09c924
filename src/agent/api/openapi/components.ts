/**
 * What stands once in the document, under `components`: the schemas that validate, where they have a name, and the
 * refusals that many routes share.
 */
import * as z from 'zod/mini'
import { problemBody, systemStatus } from '#domain/schemas/admin-api.ts'
import { auditRecord } from '#domain/audit/record.ts'
import { auditPage, auditVerification } from '#domain/schemas/audit-api.ts'
import { contractItem, contractReport } from '#domain/schemas/contract-api.ts'
import { deepHealth } from '#domain/schemas/deep-health.ts'
import { sessionView } from '#domain/schemas/access-api.ts'
import {
  circuitBreaker,
  databasePool,
  health,
  policyStateBlock,
  recoveryRecommendation,
  resilience,
  restartChurn,
  routeCache,
  systemMemory,
} from '#domain/schemas/health.ts'
import { logsPage } from '#domain/schemas/logs.ts'
import { rawHistograms } from '#domain/schemas/raw-histograms.ts'
import { rawGap, rawPage } from '#domain/schemas/raw-page.ts'
import {
  restartAccepted,
  restartLine,
  restartRefused,
  wordRecorded,
  workerStatus,
} from '#domain/schemas/worker-api.ts'
import { envelopeMeta } from '../describe.ts'

export type JsonSchema = z.core.JSONSchema.BaseSchema

export interface Reference {
  readonly $ref: string
}

export interface Media {
  readonly schema?: JsonSchema
}

export interface ResponseObject {
  readonly description: string
  readonly headers?: Record<string, { description: string; schema: JsonSchema }>
  readonly content: Record<string, Media>
}

/** What has no name here is written out where it is used. */
const NAMED: Readonly<Record<string, z.ZodMiniType>> = {
  AuditPage: auditPage,
  AuditRecord: auditRecord,
  AuditVerification: auditVerification,
  CircuitBreaker: circuitBreaker,
  ContractItem: contractItem,
  ContractReport: contractReport,
  DatabasePool: databasePool,
  DeepHealth: deepHealth,
  EnvelopeMeta: envelopeMeta,
  Health: health,
  Logs: logsPage,
  PolicyState: policyStateBlock,
  Problem: problemBody,
  RawGap: rawGap,
  RawHistograms: rawHistograms,
  RawPage: rawPage,
  RecoveryRecommendation: recoveryRecommendation,
  Resilience: resilience,
  RestartAccepted: restartAccepted,
  RestartChurn: restartChurn,
  RestartLine: restartLine,
  RestartRefused: restartRefused,
  RouteCache: routeCache,
  Session: sessionView,
  SystemMemory: systemMemory,
  SystemStatus: systemStatus,
  WordRecorded: wordRecorded,
  WorkerStatus: workerStatus,
}

const names = z.registry<{ id: string }>()
for (const [id, schema] of Object.entries(NAMED)) names.add(schema, { id })

/**
 * Whether an answer may have fields that are not described. A client must bear them, so that a later version may add
 * some; a test that holds answers against the document must not.
 */
export type Openness = 'open' | 'closed'

/** Gathers the components as they come to be used. */
export class ComponentWriter {
  readonly #openness: Openness
  readonly #schemas = new Map<string, JsonSchema>()
  readonly #responses = new Map<string, ResponseObject>()

  constructor(openness: Openness) {
    this.#openness = openness
  }

  components(): { schemas: Record<string, JsonSchema>; responses: Record<string, ResponseObject> } {
    return { schemas: inOrder(this.#schemas), responses: inOrder(this.#responses) }
  }

  response(name: string, write: () => ResponseObject): Reference {
    if (!this.#responses.has(name)) this.#responses.set(name, write())
    return { $ref: `#/components/responses/${name}` }
  }

  /** What is sent to the agent, as it may be written. */
  sent(schema: z.ZodMiniType): JsonSchema {
    return this.#write(schema, 'input', () => {})
  }

  /** What a text of an address stands for once it is read. */
  meant(schema: z.ZodMiniType): JsonSchema {
    return this.#write(schema, 'output', () => {})
  }

  answered(schema: z.ZodMiniType): JsonSchema {
    return this.#write(schema, 'output', (json) => {
      if (this.#openness === 'open' && json.additionalProperties === false) delete json.additionalProperties
    })
  }

  #write(schema: z.ZodMiniType, io: 'input' | 'output', mend: (json: JsonSchema) => void): JsonSchema {
    const { $defs, ...written } = z.toJSONSchema(schema, {
      io,
      metadata: names,
      override: ({ zodSchema, jsonSchema }) => {
        Object.assign(jsonSchema, z.globalRegistry.get(zodSchema))
        mend(jsonSchema)
      },
    })
    for (const [name, one] of Object.entries($defs ?? {})) this.#schemas.set(name, inComponents(one))
    // Which dialect it is says the document.
    delete written.$schema
    // Which dialect it is says the document.
    delete written.$schema
    return inComponents(written)
  }
}

/** A schema by itself keeps what it shares under `$defs`; the document, under `components`. */
function inComponents(schema: JsonSchema): JsonSchema {
  const text = JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/')
  return JSON.parse(text) as JsonSchema
}

function inOrder<T>(named: ReadonlyMap<string, T>): Record<string, T> {
  return Object.fromEntries([...named].toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
