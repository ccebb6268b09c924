/** An operator's words on the files alone, below the policy: what agent and command do once it has been asked. */
import { randomUUID } from 'node:crypto'
import type { RestartAsk } from '#domain/journal/events.ts'
import type { RuntimeContract } from '#domain/schemas/runtime-contract.ts'
import { openDesk, type DeskPlace, type OperatorEvent } from '#agent/operator/desk.ts'
import { localActor } from '#agent/operator/local-actor.ts'
import { askOf, recordAndPublish, type RestartWish } from '#agent/operator/request-restart.ts'
import { openFlagPublisher } from '#agent/system/flag-directory.ts'

const TURN_MS = 5_000
/** The log of whoever runs the tests is no place for it. */
const SILENT = () => {}

export async function recordWord(place: DeskPlace, event: OperatorEvent): Promise<void> {
  const desk = await openDesk({ ...place, tell: SILENT }, TURN_MS)
  await desk.record(event).finally(() => desk.close())
}

/** Returns the request's id once it is durable and published. */
export async function publishRestart(contract: RuntimeContract, wish: RestartWish): Promise<string> {
  const { state_dir: stateDir, runtime_dir: runtimeDir, restart_flag: flag } = contract.paths
  const desk = await openDesk({ stateDir, runtimeDir, tell: SILENT }, TURN_MS)
  const ask: RestartAsk = askOf({ ...wish, requestId: randomUUID(), actor: localActor(), seen: null })
  try {
    await recordAndPublish({ desk, publisher: openFlagPublisher(flag) }, ask)
    return ask.request_id
  } finally {
    await desk.close()
  }
}
