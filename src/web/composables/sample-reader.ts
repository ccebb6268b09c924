/** Reads raw pages one after the other, each from where the last one ended, and has the worker make sense of them. */
import type { RawStream } from '#domain/schemas/raw-v1.ts'
import type { AgentApi, Attempt } from '#web/api/agent-api.ts'
import type { Observation, Question } from '#web/compute/protocol.ts'
import type { ComputeClient } from '#web/compute/worker-client.ts'

interface ReaderParts {
  readonly api: Pick<AgentApi, 'rawPage'>
  readonly compute: ComputeClient
  /** Left out: all of them. */
  readonly streams?: readonly RawStream[]
}

export function sampleReader({ api, compute, streams }: ReaderParts) {
  let cursor: string | null = null
  /** How far back the worker's samples reach: a longer window begins anew. */
  let heldMs = 0

  return async (asked: Question, attempt: Attempt): Promise<Observation> => {
    if (asked.windowMs > heldMs) cursor = null
    const place = cursor === null ? { windowMs: asked.windowMs } : { cursor }
    const bytes = await api.rawPage(place, attempt, streams)
    try {
      const observation = await compute.take({ bytes, fresh: cursor === null }, asked)
      if (cursor === null) heldMs = asked.windowMs
      cursor = observation.cursor
      return observation
    } catch (error) {
      // A new worker holds nothing, a malformed page leads nowhere: begin again with the whole window.
      cursor = null
      throw error
    }
  }
}
