/** A real watchdog: what it has written and what it has said are the same, and neither holds a secret. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loggedRowIn } from '#domain/audit/log-line.ts'
import { holdfast } from '../support/holdfast.ts'
import { waitFor } from './support/wait.ts'
import { Watched } from './support/watched.ts'

let ground: Watched
beforeEach(() => {
  ground = new Watched()
})
afterEach(() => ground.close())

const SECRET = 'c4nary-hunter2'

test('AU2 each row of the watchdog is a line of its log, and AU5 no secret of a flag or a preflight is in either', async () => {
  await ground.startTarget()
  ground.startWatchdog({ HOLDFAST_TRUST_FLAGS: 'true' })
  await ground.event('watchdog_started')
  ground.writeApp(
    `raise RuntimeError('no connection to postgres://app:${SECRET}@db/app, password=${SECRET}')`,
  )
  ground.raiseFlag({
    user: 'ops',
    manual_override: true,
    override_acknowledged: true,
    override_reason: `the token=${SECRET} was renewed`,
    extra: { api_key: SECRET, note: [`Bearer ${SECRET}0`] },
  })
  const ended = await ground.event('request_ended')
  expect(ended).toMatchObject({ reason: 'preflight_failed' })
  expect(ended.detail).toContain('postgres://***@db/app, password=***')
  const claimed = await ground.event('request_claimed')
  expect(claimed.ask).toMatchObject({
    override: { reason: 'the token=*** was renewed' },
    claimed: { user: 'ops', extra: { api_key: '***', note: ['Bearer ***'] } },
  })

  const rows = await ground.rows()
  const told = await waitFor('a line for each row', () => {
    const lines = ground.watchdogLog.split('\n').map(loggedRowIn)
    const found = lines.filter((row) => row !== null)
    return found.length >= rows.length && found
  })
  expect(told.slice(0, rows.length)).toEqual(
    rows.map(({ seq, hash }) => ({ journal: 'watchdog', seq, hash })),
  )
  expect(JSON.stringify(rows)).not.toContain(SECRET)
  expect(ground.watchdogLog).not.toContain(SECRET)

  const log = join(ground.directory, 'watchdog.log')
  writeFileSync(log, ground.watchdogLog)
  const verified = await holdfast(['audit', 'verify', '--json', '--against-journal', log], {
    HOLDFAST_STATE_DIR: ground.stateDir,
  })
  expect(JSON.parse(verified.stdout)).toMatchObject({
    ok: true,
    journals: [{ log: { compared: rows.length } }, {}],
  })
})
