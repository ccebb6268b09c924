/** The agent's side of what an operator asks (OB4): read anew, decided, recorded, published. */
import { access } from 'node:fs/promises'
import { workerStatusOf } from '#domain/policy/worker-status.ts'
import type { RuntimeContract } from '#domain/schemas/runtime-contract.ts'
import type { WorkerStatus } from '#domain/schemas/worker-api.ts'
import { isoText } from '#domain/time.ts'
import type { WorkerDesk } from '#agent/api/routes/worker.ts'
import type { Desk } from '#agent/operator/desk.ts'
import { dryRunRestart, submitRestart, type RestartPlace } from '#agent/operator/request-restart.ts'
import { cleanReason, sayWord } from '#agent/operator/words.ts'
import type { Clock } from '#agent/ports/clock.ts'
import type { FlagPublisher } from '#agent/ports/flag-directory.ts'
import type { HealthReader, PolicyReading } from './health-reader.ts'
import { lastWord, livingWord } from './watchdog-liveness.ts'

interface WorkerDeskParts {
  desk: Desk
  publisher: FlagPublisher
  reader: HealthReader
  contract: RuntimeContract
  drift: RestartPlace['drift']
  clock: Clock
}

export function workerDesk({ desk, publisher, reader, contract, drift, clock }: WorkerDeskParts): WorkerDesk {
  const { runtime_dir: runtimeDir } = contract.paths
  const place: RestartPlace = {
    desk,
    publisher,
    view: async () => {
      const { view, historyReadable } = await reader.fresh()
      return historyReadable ? view : null
    },
    watchdog: () => livingWord(runtimeDir, clock.wallNow()),
    drift,
  }
  return {
    status: async () => workerStatus(await reader.fresh(), contract),
    dryRun: () => dryRunRestart(place),
    restart: ({ override, ...asked }) =>
      submitRestart(place, {
        ...asked,
        override: override === null ? null : { ...override, reason: cleanReason(override.reason) },
      }),
    releaseGuard: ({ requestId: request_id, actor, reason }) =>
      sayWord(desk, { type: 'guard_released', actor, reason: cleanReason(reason), request_id }),
    pause: ({ requestId: request_id, actor, reason, forMs }) => {
      const until = forMs === null ? null : clock.wallNow() + forMs
      return sayWord(desk, { type: 'paused', actor, reason: cleanReason(reason), until, request_id })
    },
    resume: ({ requestId: request_id, actor, reason }) =>
      sayWord(desk, { type: 'resumed', actor, reason: cleanReason(reason), request_id }),
  }
}

export async function workerStatus(
  { view, health, now, historyReadable }: PolicyReading,
  contract: RuntimeContract,
): Promise<WorkerStatus> {
  const { runtime_dir: runtimeDir } = contract.paths
  const living = await livingWord(runtimeDir, now.wall)
  const last = await lastWord(runtimeDir)
  return workerStatusOf({
    view,
    historyReadable,
    health,
    watchdog: {
      running: living !== null,
      problem: living?.problem ?? null,
      seen_at: last === null ? null : isoText(last.at),
      rungs: living?.rungs ?? null,
    },
    contract: { version: contract.version, paths: await pathsOf(contract) },
    now,
  })
}

export function pathsOf({ paths }: RuntimeContract): Promise<WorkerStatus['contract']['paths']> {
  return Promise.all(
    Object.entries(paths).map(async ([name, path]) => {
      const exists = await access(path).then(
        () => true,
        () => false,
      )
      return { name, path, exists }
    }),
  )
}
