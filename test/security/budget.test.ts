/** WD3: who is refused, however often, takes nothing away from who comes after. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Watched } from '../integration/support/watched.ts'
import { until } from '../support/until.ts'
import { Besieged } from './support/besieged.ts'

const REFUSALS = 1000
const AT_ONCE = 20

const agent = new Besieged()
const target = new Watched()

beforeAll(async () => {
  await target.startTarget()
  target.startWatchdog()
  await agent.start({
    HOLDFAST_STATE_DIR: target.stateDir,
    HOLDFAST_RUNTIME_DIR: target.runtimeDir,
    HOLDFAST_CONTRACT_FILE: `${target.directory}/contract.json`,
    WORKER_RESTART_COOLDOWN: '3600',
  })
})
afterAll(async () => {
  await agent.stop()
  await target.close()
})

interface Status {
  readonly policy_state: { readonly state: string; readonly attempts_in_window: number }
  readonly restart_history: readonly { readonly success: boolean | null; readonly kind: string }[]
}

async function status(): Promise<Status> {
  const { body } = await agent.ask('GET', '/admin/api/worker/status', agent.bearer('viewer'))
  return (JSON.parse(body) as { data: Status }).data
}

test('WD3 a thousand refused restarts leave the budget as it was, and the one attempt in the history', async () => {
  const restart = () => agent.json('/admin/api/worker/restart', agent.bearer('operator'))
  await until('the first restart is accepted', async () => (await restart()).status === 200)
  await until('its outcome', async () =>
    (await status()).restart_history.some(({ success, kind }) => kind === 'attempt' && success === true),
  )
  const before = (await status()).policy_state
  expect(before).toMatchObject({ state: 'cooldown', attempts_in_window: 1 })

  const statuses: number[] = []
  for (let asked = 0; asked < REFUSALS; asked += AT_ONCE) {
    const answers = await Promise.all(Array.from({ length: AT_ONCE }, restart))
    statuses.push(...answers.map((answer) => answer.status))
  }
  expect(new Set(statuses)).toEqual(new Set([429]))

  const after = await status()
  expect(after.policy_state).toMatchObject({ state: 'cooldown', attempts_in_window: 1 })
  expect(after.restart_history.filter(({ kind }) => kind === 'attempt')).toHaveLength(1)
})
