/**
 * The operator's commands, through the agent or on the files alone (SE7). Either way the same thing is recorded,
 * under a key of the command's own.
 */
import { randomUUID } from 'node:crypto'
import type { DecisionBody } from '#domain/journal/fold.ts'
import { policyConfigOf } from '#domain/policy/config.ts'
import { policyViewOf } from '#domain/policy/view.ts'
import {
  restartAccepted,
  restartRefused,
  wordRecorded,
  type WordRecorded,
} from '#domain/schemas/worker-api.ts'
import type { DurationMs } from '#domain/time.ts'
import type { CheckDocument } from '#domain/schemas/contract-api.ts'
import { checkContract } from '#agent/contract/check-contract.ts'
import { HostRoot } from '#agent/contract/host-root.ts'
import { ContractView } from '#agent/serve/contract-view.ts'
import { livingWord } from '#agent/serve/watchdog-liveness.ts'
import type { Settings } from '#agent/settings/settings.ts'
import { systemClock } from '#agent/system/clock.ts'
import { openFlagPublisher } from '#agent/system/flag-directory.ts'
import { bootId } from '#agent/system/proc-stat.ts'
import { dataOf } from './agent-line.ts'
import type { Desk, OperatorWord } from './desk.ts'
import { localActor } from './local-actor.ts'
import { readHistory } from './read-history.ts'
import { throughAgentOrFiles, type OperatorPlace } from './reach.ts'
import { submitRestart, type RestartAnswer, type RestartPlace, type RestartWish } from './request-restart.ts'
import { sayWord } from './words.ts'

export interface Said extends WordRecorded {
  /** Who recorded it. */
  via: 'agent' | 'files'
}

const WORD_PATHS = {
  guard_released: '/admin/api/worker/guard/release',
  paused: '/admin/api/worker/pause',
  resumed: '/admin/api/worker/resume',
} as const satisfies Record<OperatorWord['type'], string>

export function say(
  settings: Settings,
  { type, reason, forMs }: { type: OperatorWord['type']; reason: string; forMs?: DurationMs | null },
): Promise<Said> {
  const request_id = randomUUID()
  return throughAgentOrFiles<Said>(placeOf(settings), {
    viaAgent: async (line) => {
      const forSeconds = forMs === undefined || forMs === null ? {} : { for_seconds: forMs / 1000 }
      const answer = await line.post(WORD_PATHS[type], { reason, ...forSeconds }, request_id)
      return { ...dataOf(answer, wordRecorded), via: 'agent' }
    },
    viaFiles: async (desk) => {
      const word = { actor: localActor(), reason, request_id }
      const until = forMs === undefined || forMs === null ? null : systemClock.wallNow() + forMs
      const recorded = await sayWord(desk, type === 'paused' ? { ...word, type, until } : { ...word, type })
      return { ...recorded, via: 'files' }
    },
  })
}

export async function askForRestart(settings: Settings, wish: RestartWish): Promise<RestartAnswer> {
  const { rung, override } = wish
  const requestId = randomUUID()
  const body = {
    rung,
    manual_override: override !== null,
    ...(override === null
      ? {}
      : {
          override_acknowledged: override.acknowledged,
          override_reason: override.reason,
          override_passes: override.passes,
        }),
  }
  return throughAgentOrFiles<RestartAnswer>(placeOf(settings), {
    viaAgent: async (line) => {
      const answer = await line.post('/admin/api/worker/restart', body, requestId)
      const refused = restartRefused.safeParse(answer.body)
      if (refused.success) return refusedAnswer(refused.data)
      const { replayed, decision } = dataOf(answer, restartAccepted)
      return { kind: 'accepted', requestId, replayed, decision: decision as DecisionBody | null }
    },
    viaFiles: (desk) =>
      submitRestart(placeOnFiles(settings, desk), { requestId, actor: localActor(), seen: null, ...wish }),
  })
}

function refusedAnswer(body: {
  request_id: string
  replayed: boolean
  decision: Record<string, unknown>
}): RestartAnswer {
  const { request_id: requestId, replayed, decision } = body
  return { kind: 'refused', requestId, replayed, decision: decision as DecisionBody }
}

/** What the agent would decide with, read by the command itself. */
function placeOnFiles(settings: Settings, desk: Desk): RestartPlace {
  const {
    config: { values },
    contract: { contract },
  } = settings
  const { state_dir: stateDir, runtime_dir: runtimeDir, restart_flag: flag } = contract.paths
  return {
    desk,
    publisher: openFlagPublisher(flag),
    view: async () => {
      const history = await readHistory({ stateDir, runtimeDir })
      if (history === null) return null
      const { wallNow, monotonicNow } = systemClock
      const now = { wall: wallNow(), monotonic: monotonicNow(), boot: bootId() }
      // What the target says of itself only warns of a restart by hand, and refuses none: it is not asked.
      return policyViewOf({ config: policyConfigOf(values), history, outcome: { kind: 'never' }, now })
    },
    watchdog: () => livingWord(runtimeDir, systemClock.wallNow()),
    drift: (rung) =>
      new ContractView({ settings, check: async () => checkedHere(settings), clock: systemClock }).driftOf(
        rung,
      ),
  }
}

/** A command may wait for what would hold up an agent. */
function checkedHere({ contract: { file } }: Settings): CheckDocument {
  const { contract, items } = checkContract(new HostRoot('/'), file, process.env)
  return { contract_version: contract?.version ?? null, items: [...items] }
}

export function placeOf({ contract: { contract } }: Settings): OperatorPlace {
  return { runtimeDir: contract.paths.runtime_dir, stateDir: contract.paths.state_dir }
}
