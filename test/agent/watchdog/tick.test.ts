/** What the tick owns of the promises WD3 to WD16, against a world in memory. */
import { beforeEach, describe, expect, test } from 'vitest'
import type { JournalEvent, RestartAsk, Rung } from '#domain/journal/events.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import { begin } from '#agent/watchdog/begin.ts'
import { timeNow } from '#agent/watchdog/world.ts'
import { PowerFailure, RULES, SimulatedWorld } from './simulated-world.ts'

const EXHAUSTED = {
  database_pool: {
    runtime: { max_capacity: 5 },
    state: { checked_out: 5, max_capacity: 5, saturation: 1 },
  },
}
const OVERRIDE = { manual_override: true, override_acknowledged: true, override_reason: 'deploy' }
const ACTOR = { name: 'user:ops', ip: null }

let world: SimulatedWorld
beforeEach(() => {
  world = new SimulatedWorld()
})

function recorded(request_id: string, passes: 'preflight'[] = []): JournalEvent {
  const override = { acknowledged: true, reason: 'deploy', passes }
  const ask = { request_id, source: 'manual' as const, rung: 'reload' as const, override, claimed: null }
  return { type: 'request_recorded', ask: { ...ask, actor: ACTOR } }
}

test('WD9 intent, signal and outcome come in this order, and the request ends with them', async () => {
  world.raise({ user: 'ops', request_id: 'one' })
  await world.tick()
  expect(world.rows.map(({ event }) => event.type)).toEqual([
    'watchdog_started',
    'request_claimed',
    'intent',
    'outcome',
  ])
  expect(world.events('outcome')).toMatchObject([
    { signalled: true, success: true, reason: 'signal_sighup', helped: null },
  ])
  expect(world.signals).toEqual(['SIGHUP'])
  expect(world.claims.size).toBe(0)
  expect(world.stateFile?.history).toMatchObject([
    { requested_by: 'ops', decision: 'executed', success: true },
  ])
})

test('WD3 a refused request does not prolong the cooldown', async () => {
  world.raise({ request_id: 'one' })
  await world.tick()
  for (const id of ['two', 'three', 'four']) {
    world.raise({ request_id: id })
    await world.tick()
  }
  expect(world.events('request_refused')).toHaveLength(3)
  expect(world.events('request_refused')[0]?.decision.reason).toBe('cooldown_override_required')
  world.clock.pass(57_000)
  world.raise({ request_id: 'five' })
  await world.tick()
  expect(world.signals).toHaveLength(2)
})

test('WD4 churn latches the guard for ever, until a person releases it', async () => {
  for (const id of ['one', 'two', 'three']) {
    world.raise({ request_id: id })
    await world.tick()
    world.clock.pass(61_000)
  }
  expect(world.events('guard_latched')).toMatchObject([{ churn: 3, reason: 'churn' }])
  world.clock.pass(24 * 3_600_000)
  world.raise({ request_id: 'four' })
  await world.tick()
  expect(world.events('request_refused')).toMatchObject([
    { decision: { reason: 'manual_override_required' } },
  ])
  world.operator({ type: 'guard_released', actor: ACTOR, reason: 'found it' })
  world.raise({ request_id: 'five' })
  await world.tick()
  expect(world.signals).toHaveLength(4)
})

test('WD5 an open breaker keeps the machine from restarting, and that is one event', async () => {
  await world.tick()
  world.tells({ ...EXHAUSTED, circuit_breaker: { state: 'OPEN' } })
  await world.ticks(10)
  expect(world.events('request_refused')).toMatchObject([{ decision: { reason: 'circuit_open' } }])
  expect(world.signals).toEqual([])
})

test('WD6 a flapping probe never triggers; three bad ones in a row do', async () => {
  await world.tick()
  for (let look = 0; look < 6; look++) {
    world.isIll()
    await world.ticks(2)
    world.health = null
    await world.tick()
  }
  expect(world.signals).toEqual([])
  world.tells(EXHAUSTED)
  await world.ticks(3)
  expect(world.signals).toEqual(['SIGHUP'])
  expect(world.events('intent')[0]?.ask).toMatchObject({ source: 'auto', rung: 'reload' })
})

test('WD6 a probe made in the grace after a start does not count, however late its answer is taken note of', async () => {
  world.isIll()
  await world.start()
  await world.ticks(28)
  world.meanwhile.asks = () => true
  await world.tick()
  world.meanwhile.asks = () => false
  await world.ticks(3)
  expect(world.signals).toEqual([])
  await world.tick()
  expect(world.signals).toEqual(['SIGHUP'])
})

test('WD14 a restart after which the pool is full again did not help', async () => {
  await world.tick()
  world.tells(EXHAUSTED)
  await world.ticks(3)
  expect(world.events('outcome')).toMatchObject([{ success: true, helped: false, after: { saturation: 1 } }])
})

describe('WD14 requests that fail are a trouble of their own', () => {
  const ask = async () => {
    world.failing = 0.4
    await world.ticks(6)
    world.raise({ request_id: 'one' })
    await world.tick()
  }

  test('which a restart did not help when as many fail after it', async () => {
    await ask()
    expect(world.events('intent')).toMatchObject([
      { before: { healthy: true, error_ratio: expect.closeTo(0.4, 1) } },
    ])
    expect(world.events('outcome')).toMatchObject([
      { success: true, helped: false, after: { error_ratio: expect.closeTo(0.4, 1) } },
    ])
  })

  test('which it helped when they succeed after it', async () => {
    world.meanwhile.probe = () => {
      if (world.signals.length > 0) world.failing = 0
    }
    await ask()
    expect(world.events('outcome')).toMatchObject([
      { success: true, helped: true, after: { error_ratio: expect.closeTo(0, 1) } },
    ])
  })

  test('for which it waits a little longer where requests come seldom', async () => {
    world.requestEveryMs = 200
    await ask()
    expect(world.events('outcome')).toMatchObject([
      { helped: false, after: { error_ratio: expect.closeTo(0.4, 1) } },
    ])
  })

  test('and which neither cause a restart nor stand in the way of one', async () => {
    world.failing = 1
    await world.ticks(30)
    expect(world.signals).toEqual([])
    world.tells(EXHAUSTED)
    await world.ticks(3)
    expect(world.signals).toEqual(['SIGHUP'])
  })
})

test('WD6 a dead master is reported and never signalled', async () => {
  await world.tick()
  world.master = null
  world.isIll()
  await world.ticks(6)
  expect(world.signals).toEqual([])
  expect(world.events('target_changed')).toMatchObject([{ to: 'master_missing' }])
  world.raise({ request_id: 'one' })
  await world.tick()
  expect(world.events('request_ended')).toMatchObject([{ reason: 'pid_identity_mismatch' }])
})

describe('WD6 what is urgent', () => {
  test('is a master that has ended: told at the very next look, in journal and status', async () => {
    await world.ticks(3)
    world.master = null
    await world.tick()
    expect(world.events('target_changed')).toMatchObject([{ from: 'serving', to: 'master_missing' }])
    expect(world.shown).toMatchObject({ target: 'master_missing' })
    await world.ticks(3)
    expect(world.events('target_changed')).toHaveLength(1)
  })

  test('is not a pid file that is away for a moment, as at each reload', async () => {
    await world.ticks(3)
    world.pidFileIsAway = true
    await world.ticks(2)
    world.pidFileIsAway = false
    await world.ticks(3)
    expect(world.events('target_changed')).toEqual([])
    expect(world.events('external_restart')).toEqual([])
    // Only where it stays away it is said, since then nobody can be signalled.
    world.pidFileIsAway = true
    await world.ticks(3)
    expect(world.events('target_changed')).toMatchObject([{ detail: 'there is no pid file' }])
  })

  test('does not wait for a probe that hangs', async () => {
    await world.ticks(3)
    world.meanwhile.asks = () => {
      world.master = null
      return true
    }
    await world.tick()
    await world.tick(0)
    expect(world.events('target_changed')).toMatchObject([{ to: 'master_missing' }])
  })
})

test.each<[string, string, number, string]>([
  ['garbage', '{', 33, 'flag_rejected'],
  ['a wrong type', '{"source":7}', 33, 'flag_rejected'],
  ['an empty file', '', 33, 'intent'],
])('WD7 %s as a flag', async (_, content, ownerUid, type) => {
  world.raise(content, { ownerUid })
  await world.tick()
  expect(world.rows.map(({ event }) => event.type)).toContain(type)
  expect(world.claims.size).toBe(0)
})

test('WD7 an override that nobody authenticated is a plain request with a warning', async () => {
  world.raise({ request_id: 'one' })
  await world.tick()
  world.raise({ ...OVERRIDE, request_id: 'two', user: 'admin' })
  await world.tick()
  expect(world.events('request_claimed')[1]).toMatchObject({
    warnings: ['override_not_authenticated'],
    ask: { actor: { name: 'flag:uid=33' }, override: null },
  })
  expect(world.signals).toHaveLength(1)
})

test('WD7 an override that is recorded a moment before its flag is claimed is authenticated', async () => {
  await world.tick()
  world.meanwhile.claim = () => {
    world.meanwhile = {}
    world.operator(recorded('one'))
    world.raise({ ...OVERRIDE, request_id: 'one' })
  }
  await world.tick()
  expect(world.events('request_claimed')).toMatchObject([{ warnings: [], ask: { actor: ACTOR } }])
  expect(world.events('intent')).toMatchObject([{ decision: { decision: 'manual_override' } }])
})

describe('WD7 whoever asks does not wait for a probe', () => {
  const SLOW_MS = 800
  let probes = 0
  beforeEach(async () => {
    await world.tick()
    probes = 0
    world.meanwhile.probe = () => {
      probes += 1
    }
  })

  test('that is under way when the flag comes; its answer is taken note of later', async () => {
    world.isIll()
    world.meanwhile.asks = () => {
      world.raise({ request_id: 'one' })
      return true
    }
    await world.tick()
    expect(world.memory?.triggers.counts.target_failing).toBe(0)
    world.meanwhile.asks = () => false
    await world.tick()
    expect(world.events('intent')).toHaveLength(1)
    expect(probes).toBeGreaterThan(0)
  })

  test('that is due when the flag is there', async () => {
    world.meanwhile.asks = () => {
      world.clock.pass(SLOW_MS)
      return false
    }
    world.raise({ request_id: 'one' })
    const before = world.clock.monotonicNow()
    await world.tick()
    const intent = world.rows.find(({ event }) => event.type === 'intent')
    expect(intent?.time.monotonic).toBe(before + RULES.probeIntervalMs)
  })

  test('and a flood of flags does not keep the watchdog from looking', async () => {
    for (let number = 0; number < 20; number++) {
      world.raise({ request_id: `flood ${number}` })
      await world.tick()
    }
    expect(probes).toBeGreaterThanOrEqual(10)
    world.isIll()
    for (let number = 0; number < 8; number++) {
      world.raise({ request_id: `more ${number}` })
      await world.tick()
    }
    expect(world.memory?.fired).toEqual(['target_failing'])
  })

  test('and what was begun before a restart says nothing of what came after it', async () => {
    world.isIll()
    world.raise({ request_id: 'one' })
    await world.tick()
    expect(world.memory?.probe).toBeNull()
  })
})

test('WD12 a recorded override passes cooldown and guard', async () => {
  world.raise({ request_id: 'one' })
  await world.tick()
  world.operator(recorded('two'))
  world.raise({ ...OVERRIDE, request_id: 'two' })
  await world.tick()
  expect(world.signals).toHaveLength(2)
  expect(world.stateFile?.last_restart).toMatchObject({ decision: 'manual_override' })
})

test('WD7 an old flag expires, and a recorded request without a flag ends too', async () => {
  world.operator(recorded('never'))
  world.raise({ request_id: 'late' }, { ageMs: 121_000 })
  await world.tick()
  world.clock.pass(121_000)
  await world.tick()
  expect(world.events('request_ended')).toMatchObject([
    { request_id: 'late', reason: 'request_expired' },
    { request_id: 'never', reason: 'request_expired' },
  ])
  expect(world.signals).toEqual([])
})

describe('WD7 a flag that was replaced before it was seen', () => {
  test('ends the recorded request as replaced, long before it would expire', async () => {
    world.operator(recorded('mine'))
    world.raise({ ...OVERRIDE, request_id: 'mine' })
    world.raise({ user: 'somebody' })
    await world.ticks(7)
    expect(world.events('flags_unseen')).toEqual([{ type: 'flags_unseen', count: 1 }])
    expect(world.events('request_ended')).toMatchObject([{ request_id: 'mine', reason: 'request_replaced' }])
    expect(world.events('intent')).toMatchObject([{ ask: { actor: { name: 'flag:uid=33' } } }])
  })

  test('also by one that was no flag at all', async () => {
    world.operator(recorded('mine'))
    world.raise('{')
    await world.ticks(7)
    expect(world.events('request_ended')).toMatchObject([{ request_id: 'mine', reason: 'request_replaced' }])
  })

  test('is not, where its own flag comes a moment after the other', async () => {
    world.operator(recorded('mine'))
    world.raise({ user: 'somebody' })
    await world.ticks(3)
    world.raise({ ...OVERRIDE, request_id: 'mine' })
    await world.ticks(7)
    expect(world.events('request_ended')).toEqual([])
    expect(world.events('outcome')).toHaveLength(2)
  })

  test('is not, where the other stood before the request was recorded: that one was left alone', async () => {
    world.raise({ user: 'somebody' }, { ageMs: 10_000 })
    world.operator(recorded('mine'))
    await world.ticks(7)
    expect(world.events('request_ended')).toEqual([])
  })

  test('is not, where only Holdfast’s own writers came after it: they leave a flag alone', async () => {
    world.operator(recorded('mine'))
    world.operator(recorded('other'))
    world.raise({ ...OVERRIDE, request_id: 'other' })
    await world.ticks(7)
    expect(world.events('request_ended')).toEqual([])
    world.clock.pass(121_000)
    await world.tick()
    expect(world.events('request_ended')).toMatchObject([{ request_id: 'mine', reason: 'request_expired' }])
  })
})

test('WD8 a foreign process in the pid file is not signalled', async () => {
  if (world.master !== null)
    world.master = { ...world.master, cmdline: ['/opt/env/bin/python3.11', 'other.py'] }
  world.raise({ request_id: 'one' })
  await world.tick()
  expect(world.events('request_ended')).toMatchObject([{ reason: 'pid_identity_mismatch' }])
  expect(world.signals).toEqual([])
})

describe('WD8a preflight', () => {
  test('a failed one stops manual requests too, and only an override that names it passes', async () => {
    world.preflight = { kind: 'failed', lastLines: 'ModuleNotFoundError' }
    world.raise({ request_id: 'one' })
    await world.tick()
    expect(world.events('request_ended')).toMatchObject([
      { reason: 'preflight_failed', detail: 'ModuleNotFoundError' },
    ])
    world.operator(recorded('two', ['preflight']))
    world.raise({ ...OVERRIDE, override_passes: ['preflight'], request_id: 'two' })
    await world.tick()
    expect(world.signals).toEqual(['SIGHUP'])
  })

  test('one that could not run stops the machine and not a person', async () => {
    world.preflight = { kind: 'unavailable', detail: 'another user' }
    await world.tick()
    world.tells(EXHAUSTED)
    await world.ticks(10)
    // Once, not every second.
    expect(world.events('request_ended')).toMatchObject([{ reason: 'preflight_unavailable' }])
    expect(world.signals).toEqual([])
    world.raise({ request_id: 'one' })
    await world.tick()
    expect(world.events('outcome')[0]?.detail).toContain('preflight_unavailable')
  })
})

test.each([
  ['nothing', 'old workers are still there'],
  ['ends_master', 'the master ended'],
  ['leaves_it_ill', 'does not answer healthy'],
] as const)('WD10 a reload that %s ends unsuccessful, in bounded time', async (onHup, detail) => {
  world.onHup = onHup
  world.raise({ request_id: 'one' })
  const startedAt = world.clock.monotonicNow()
  await world.tick()
  expect(world.events('outcome')).toMatchObject([
    { signalled: true, success: false, reason: 'restart_timeout' },
  ])
  expect(world.events('outcome')[0]?.detail).toContain(detail)
  expect(world.clock.monotonicNow() - startedAt).toBeLessThan(45_000)
})

test('WD10 WD16 what gunicorn told of its settings is what counts', async () => {
  const settings = { gracefulTimeoutMs: 70_000, preloads: true }
  if (world.master !== null) world.master = { ...world.master, settings }
  world.raise({ request_id: 'one' })
  await world.tick()
  expect(world.events('outcome')[0]?.detail).toContain('the code is still the old one')
  world.clock.pass(61_000)
  world.onHup = 'nothing'
  world.raise({ request_id: 'two' })
  const startedAt = world.clock.monotonicNow()
  await world.tick()
  const tookMs = world.clock.monotonicNow() - startedAt
  expect(tookMs).toBeGreaterThan(80_000)
  expect(tookMs).toBeLessThan(85_000)
})

test('WD11 setting the wall clock neither ends nor prolongs a cooldown', async () => {
  world.raise({ request_id: 'one' })
  await world.tick()
  world.clock.setWallBy(86_400_000)
  world.raise({ request_id: 'two' })
  await world.tick()
  expect(world.signals).toHaveLength(1)
  world.clock.setWallBy(-2 * 86_400_000)
  world.clock.pass(61_000)
  world.raise({ request_id: 'three' })
  await world.tick()
  expect(world.signals).toHaveLength(2)
})

test('WD13 a pause stops the machine', async () => {
  world.operator({ type: 'paused', actor: ACTOR, reason: 'migration', until: null })
  await world.tick()
  world.isIll()
  await world.ticks(5)
  expect(world.events('request_refused')).toMatchObject([{ decision: { reason: 'maintenance_paused' } }])
  world.operator({ type: 'resumed', actor: ACTOR, reason: 'done' })
  await world.tick()
  expect(world.signals).toHaveLength(1)
})

test('WD15 restarts of others are recorded and count as churn', async () => {
  await world.ticks(2)
  for (let number = 0; number < 3; number++) {
    world.reload()
    await world.ticks(8)
  }
  expect(world.events('external_restart')).toHaveLength(3)
  expect(world.events('guard_latched')).toMatchObject([{ churn: 3 }])
  expect(world.stateFile?.history).toMatchObject(Array(3).fill({ decision: 'external' }))
})

test('WD15 a reload is counted once, also where its workers come later than the file', async () => {
  await world.ticks(3)
  world.pidFileWritten += 1
  await world.tick(100)
  world.replaceWorkers(10)
  await world.tick(100)
  world.replaceWorkers(10)
  await world.ticks(8)
  expect(world.events('external_restart')).toMatchObject([
    { detail: 'the workers of master 100 were reloaded' },
  ])
})

test.each<[string, () => void]>([
  ['workers that are recycled, all of them at once', () => world.replaceWorkers(4000)],
  ['a pid file that somebody touched', () => (world.pidFileWritten += 1)],
])('WD15 %s are no restart by somebody', async (_, happens) => {
  await world.ticks(3)
  for (let number = 0; number < 5; number++) {
    happens()
    await world.ticks(8)
  }
  expect(world.events('external_restart')).toEqual([])
})

test('WD15 our own restart is nobody else’s', async () => {
  await world.ticks(2)
  world.raise({ request_id: 'one' })
  await world.ticks(8)
  expect(world.events('external_restart')).toEqual([])
})

describe('WD8b workers that die at boot in a loop', () => {
  /** Looks as often as the changes wake it, at workers that are other ones each time. */
  const loop = async (looks: number) => {
    for (let number = 0; number < looks; number++) {
      world.replaceWorkers(60)
      await world.tick(100)
    }
  }

  test('latch the guard within two seconds, and before the machine would restart', async () => {
    await world.ticks(4)
    world.isIll('timeout')
    await loop(19)
    expect(world.events('guard_latched')).toMatchObject([{ reason: 'worker_boot_loop' }])
    expect(world.events('external_restart').length).toBeLessThanOrEqual(1)
    await loop(50)
    expect(world.events('guard_latched')).toHaveLength(1)
    expect(world.signals).toEqual([])
  })

  test('are none where the target answers, since then they serve', async () => {
    await world.ticks(4)
    await loop(50)
    expect(world.events('guard_latched')).toEqual([])
  })

  test('end a restart of our own at once', async () => {
    world.onHup = 'nothing'
    world.isIll('timeout')
    world.meanwhile.sleep = () => world.replaceWorkers(60)
    world.raise({ request_id: 'one' })
    const startedAt = world.clock.monotonicNow()
    await world.tick()
    expect(world.events('outcome')).toMatchObject([{ signalled: true, success: false }])
    expect(world.events('outcome')[0]?.reason).toBe('worker_boot_loop')
    expect(world.clock.monotonicNow() - startedAt).toBeLessThan(4_000)
  })

  test('latch the guard anew where a quiet window opens it while the target is probed', async () => {
    world.rules = { ...RULES, policy: { ...RULES.policy, guardRelease: 'window' } }
    await world.ticks(40)
    world.isIll('timeout')
    await loop(40)
    const [latched] = world.rows.filter(({ event }) => event.type === 'guard_latched')
    const opensAt = (latched?.time.monotonic ?? 0) + RULES.policy.windowMs
    world.clock.pass(opensAt - world.clock.monotonicNow() - 300)
    world.meanwhile.probe = () => world.clock.pass(500)
    await loop(1)
    expect(world.events('guard_latched')).toHaveLength(2)
    expect(world.signals).toEqual([])
  })

  test('that were seen after a restart of our own latch the guard at the very next look', async () => {
    world.onHup = 'nothing'
    world.isIll('timeout')
    world.meanwhile.sleep = () => world.replaceWorkers(60)
    world.raise({ request_id: 'one' })
    await world.tick()
    expect(world.events('guard_latched')).toEqual([])
    await loop(1)
    expect(world.events('guard_latched')).toMatchObject([{ reason: 'worker_boot_loop' }])
  })
})

test('WD6 a worker above its memory limit, three looks in a row, is replaced with the others', async () => {
  world.rules = { ...RULES, triggers: { ...RULES.triggers, workerRssBytesLimit: 1 } }
  await world.ticks(3)
  expect(world.events('intent')[0]?.ask.actor.name).toBe('watchdog:memory_high')
})

test('WD6 looks during the start grace do not count', async () => {
  world.isIll()
  await world.ticks(29)
  expect(world.signals).toEqual([])
  await world.ticks(4)
  expect(world.signals).toEqual(['SIGHUP'])
})

test('WD18 the history of an existing deployment counts on', async () => {
  const at = new Date(world.clock.wallNow() - 10_000).toISOString()
  world.existing = JSON.stringify({ history: [{ requested_at: at, success: true, decision: 'executed' }] })
  await world.start()
  world.raise({ request_id: 'one' })
  await world.tick()
  expect(world.events('request_refused')).toMatchObject([
    { decision: { reason: 'cooldown_override_required', attempts_in_window: 1 } },
  ])
  expect(world.stateFile?.history).toHaveLength(2)
})

test('WD18 restarts beyond the limit leave the state file with their window, though nothing new is recorded', async () => {
  world.rules = { ...RULES, historyLimit: 1 }
  await world.ticks(2)
  for (let number = 0; number < 3; number++) {
    world.reload()
    await world.ticks(8)
  }
  expect(world.stateFile?.history).toHaveLength(3)
  const rows = world.rows.length
  await world.ticks(RULES.policy.windowMs / RULES.probeIntervalMs + 60)
  expect(world.stateFile?.history).toHaveLength(1)
  expect(world.rows).toHaveLength(rows)
})

test('WD11 an existing state file that cannot be read is guarded, and kept aside', async () => {
  world.existing = '{ "history": ['
  await world.start()
  world.isIll()
  await world.ticks(40)
  expect(world.events('guard_latched')).toMatchObject([{ reason: 'state_unreadable' }])
  expect(world.signals).toEqual([])
  expect(world.existing).toBeNull()
})

describe('WD11 a history that a person began in place of one that could not be read', () => {
  const lost = (place: SimulatedWorld) => {
    place.leave({ request_id: 'claimed' })
    place.operator(recorded('long ago'))
    place.clock.pass(5000)
    place.operator({ type: 'guard_released', actor: ACTOR, reason: 'disk replaced' })
    place.clock.pass(1000)
  }

  test('a claim from before is answered and not carried out; so is what was recorded before', async () => {
    lost(world)
    await world.ticks(3)
    expect(world.events('request_ended')).toMatchObject([
      { request_id: 'claimed', reason: 'state_unreadable' },
      { request_id: 'long ago', reason: 'state_unreadable' },
    ])
    expect(world.claims.size).toBe(0)
    expect(world.signals).toEqual([])
    // What is asked from now on is carried out.
    world.raise({ request_id: 'claimed now' })
    await world.tick()
    expect(world.signals).toEqual(['SIGHUP'])
  })

  test('a power failure at any step does not carry it out either', async () => {
    const whole = new SimulatedWorld()
    lost(whole)
    await whole.ticks(3)
    for (let step = 1; step <= whole.calls; step++) {
      const cut = new SimulatedWorld()
      lost(cut)
      cut.failsAt = step
      const act = async () => {
        cut.memory = await begin(cut.world(), cut.rules)
        await cut.ticks(3)
      }
      await act().catch((error: unknown) => expect(error).toBeInstanceOf(PowerFailure))
      await cut.start()
      await cut.ticks(3)
      expect(cut.events('request_ended'), `cut at ${step}`).toHaveLength(2)
      expect(cut.signals, `cut at ${step}`).toEqual([])
    }
  })
})

describe('WD16 the ladder', () => {
  const raiseRung = (request_id: string, rung: Rung, override: RestartAsk['override'] = null) => {
    const ask = { request_id, source: 'manual' as const, rung, override, claimed: null, actor: ACTOR }
    world.operator({ type: 'request_recorded', ask })
    world.raise(override === null ? { request_id } : { ...OVERRIDE, request_id })
  }

  test('rolling replaces one worker after the other, by the master alone, once a reload did not help', async () => {
    await world.tick()
    world.tells(EXHAUSTED)
    raiseRung('reload', 'reload')
    await world.tick()
    expect(world.events('outcome')).toMatchObject([{ success: true, helped: false }])
    world.clock.pass(61_000)
    world.signals.length = 0
    raiseRung('roll', 'roll')
    await world.tick()
    expect(world.signals).toEqual(['SIGTTIN', 'SIGTTOU', 'SIGTTIN', 'SIGTTOU'])
    expect(world.events('outcome')[1]).toMatchObject({ success: true, reason: 'workers_rolled' })
  })

  test('a rung that is not offered ends its request without any act', async () => {
    raiseRung('one', 'roll')
    await world.tick()
    expect(world.events('request_ended')).toMatchObject([
      {
        request_id: 'one',
        reason: 'rung_not_offered',
        detail: 'the rolling replacement is not offered yet: the graceful reload was not tried in vain',
      },
    ])
    expect(world.events('intent')).toEqual([])
    expect(world.signals).toEqual([])
  })

  test('an acknowledged override passes the order of the rungs', async () => {
    raiseRung('one', 'roll', { acknowledged: true, reason: 'deploy', passes: [] })
    await world.tick()
    expect(world.events('outcome')).toMatchObject([{ success: true, reason: 'workers_rolled' }])
  })

  const overridden = { acknowledged: true, reason: 'deploy', passes: [] }

  test('the service rung is a new verified master, and nobody else’s restart', async () => {
    world.services = 'obeys'
    await world.ticks(2)
    raiseRung('one', 'service', overridden)
    await world.ticks(8)
    expect(world.serviceRestarts).toBe(1)
    expect(world.signals).toEqual([])
    expect(world.rows.map(({ event }) => event.type)).toEqual([
      'watchdog_started',
      'request_claimed',
      'intent',
      'outcome',
    ])
    expect(world.events('outcome')).toMatchObject([{ success: true, reason: 'service_restarted' }])
  })

  test.each([
    ['absent', 'rung_unavailable', 'systemd does not run here'],
    ['runs_another', 'pid_identity_mismatch', 'systemd takes process 7 for the service'],
  ] as const)(
    'a service manager that is %s: no act, and the reason is told',
    async (services, reason, why) => {
      world.services = services
      raiseRung('one', 'service', overridden)
      await world.tick()
      const [ended] = world.events('request_ended')
      expect(ended).toMatchObject({ reason })
      expect(ended?.detail).toContain(why)
      expect(world.events('intent')).toEqual([])
      expect(world.serviceRestarts).toBe(0)
    },
  )

  test('a refusal by systemd is no attempt, is shown, and stops nobody from asking again', async () => {
    world.services = 'denies'
    raiseRung('one', 'service', overridden)
    await world.tick()
    expect(world.events('outcome')).toMatchObject([{ signalled: false, reason: 'rung_unavailable' }])
    expect(world.shown.rungs?.[2]).toEqual({ rung: 'service', offered: false, because: 'access denied' })
    await world.ticks(70)
    expect(world.shown.rungs?.[2]?.because).toBe('access denied')
    world.services = 'obeys'
    raiseRung('two', 'service', overridden)
    await world.tick()
    expect(world.events('outcome')[1]).toMatchObject({ success: true })
    expect(world.shown.rungs?.[2]?.because).not.toBe('access denied')
  })

  test('a service that fails to start ends the attempt at once, and counts', async () => {
    world.services = 'fails'
    await world.tick()
    raiseRung('one', 'service', overridden)
    const startedAt = world.clock.monotonicNow()
    await world.tick()
    expect(world.events('outcome')).toMatchObject([
      { signalled: true, success: false, reason: 'restart_timeout' },
    ])
    expect(world.clock.monotonicNow() - startedAt).toBeLessThan(10_000)
  })

  test('the preflight stands before the service rung as before every other', async () => {
    world.services = 'obeys'
    world.preflight = { kind: 'failed', lastLines: 'ModuleNotFoundError' }
    raiseRung('one', 'service', overridden)
    await world.tick()
    expect(world.events('request_ended')).toMatchObject([{ reason: 'preflight_failed' }])
    expect(world.serviceRestarts).toBe(0)
  })

  test('WD9 a power failure at any step of the service rung leaves one attempt and one end', async () => {
    const whole = new SimulatedWorld()
    const raise = (place: SimulatedWorld) => {
      place.services = 'obeys'
      const ask = { request_id: 'one', source: 'manual' as const, rung: 'service' as const, claimed: null }
      place.operator({ type: 'request_recorded', ask: { ...ask, override: overridden, actor: ACTOR } })
      place.raise({ ...OVERRIDE, request_id: 'one' })
    }
    raise(whole)
    await whole.tick()
    for (let step = 1; step <= whole.calls; step++) {
      const cut = new SimulatedWorld()
      raise(cut)
      await cut.start()
      cut.failsAt = Math.max(step, cut.calls + 1)
      await cut.tick().catch((error: unknown) => expect(error).toBeInstanceOf(PowerFailure))
      await cut.start()
      await cut.ticks(3)
      const ends = [...cut.events('outcome'), ...cut.events('request_ended')]
      expect(ends, `cut at ${step}`).toHaveLength(1)
      expect(cut.serviceRestarts, `cut at ${step}`).toBeLessThanOrEqual(1)
      expect(cut.events('intent').length, `cut at ${step}`).toBeGreaterThanOrEqual(cut.serviceRestarts)
      expect(cut.events('external_restart'), `cut at ${step}`).toEqual([])
      const [outcome] = cut.events('outcome')
      if (outcome?.success === true) expect(outcome.reason, `cut at ${step}`).toBe('service_restarted')
      if (cut.serviceRestarts === 1) expect(outcome, `cut at ${step}`).toMatchObject({ success: true })
    }
  })

  test('the machine stays on the first rung, whatever did not help', async () => {
    await world.tick()
    world.tells(EXHAUSTED)
    await world.ticks(200)
    expect(world.events('intent').length).toBeGreaterThan(1)
    expect(new Set(world.signals)).toEqual(new Set(['SIGHUP']))
  })
})

test('WD9 after a power failure at any step nothing is lost, doubled or under-counted', async () => {
  const whole = new SimulatedWorld()
  whole.raise({ request_id: 'one' })
  await whole.tick()
  expect(whole.calls).toBeGreaterThan(6)

  for (let step = 1; step <= whole.calls; step++) {
    const cut = new SimulatedWorld()
    cut.raise({ request_id: 'one' })
    await cut.start()
    cut.failsAt = Math.max(step, cut.calls + 1)
    await cut.tick().catch((error: unknown) => expect(error).toBeInstanceOf(PowerFailure))
    await cut.start()
    await cut.ticks(3)
    const ends = [...cut.events('outcome'), ...cut.events('request_ended'), ...cut.events('request_refused')]
    expect(ends, `cut at ${step}`).toHaveLength(1)
    expect(cut.signals.length, `cut at ${step}`).toBeLessThanOrEqual(1)
    expect(cut.events('intent').length, `cut at ${step}`).toBeGreaterThanOrEqual(cut.signals.length)
    expect(cut.claims.size, `cut at ${step}`).toBe(0)
    expect(cut.events('external_restart'), `cut at ${step}`).toEqual([])
    const { cooldown_remaining_ms: cooling = 0 } = cut.events('request_refused')[0]?.decision ?? {}
    expect(cooling).toBeLessThanOrEqual(RULES.policy.cooldownMs)
  }
})

test('WD9 a recorded request whose flag never came ends in time, though the clock was set back', async () => {
  world.operator(recorded('never'))
  await world.tick()
  world.clock.setWallBy(-86_400_000)
  world.clock.pass(121_000)
  await world.tick()
  expect(world.events('request_ended')).toMatchObject([{ request_id: 'never', reason: 'request_expired' }])
})

test('WD9 a claim outlives a failure of the journal, also in a process that lives on', async () => {
  await world.tick()
  world.raise({ request_id: 'one' })
  const broken = new HoldfastProblem('state_unreadable', 'busy')
  world.meanwhile.read = () => {
    if (world.claims.size > 0) throw broken
  }
  await expect(world.tick()).rejects.toThrow(broken)
  world.meanwhile = {}
  // As the process does it: everything of it is opened and read anew.
  await world.start()
  await world.tick()
  expect(world.events('outcome')).toHaveLength(1)
  expect(world.claims.size).toBe(0)
})

test.each([
  ['the last look before the signal', 2, { signalled: false, reason: 'signal_failed' }],
  ['the look after the restart', 4, { signalled: true, success: true }],
])('WD9 %s fails, and the attempt has its outcome all the same', async (_, failing, outcome) => {
  await world.tick()
  world.raise({ request_id: 'one' })
  let sights = 0
  world.meanwhile.sight = () => {
    if ((sights += 1) === failing) throw new Error('EMFILE')
  }
  await world.tick()
  expect(world.events('outcome')).toMatchObject([outcome])
  world.clock.pass(61_000)
  world.raise({ request_id: 'two' })
  await world.tick()
  expect(world.events('outcome')).toHaveLength(2)
})

test('WD4 by window, a restart after a quiet one finds the guard open, and leaves it open', async () => {
  world.rules = { ...RULES, policy: { ...RULES.policy, guardRelease: 'window' } }
  for (const id of ['one', 'two', 'three']) {
    world.raise({ request_id: id })
    await world.tick()
    world.clock.pass(61_000)
  }
  expect(world.events('guard_latched')).toHaveLength(1)
  world.clock.pass(RULES.policy.windowMs)
  for (const id of ['four', 'five']) {
    world.raise({ request_id: id })
    await world.tick()
    world.clock.pass(61_000)
  }
  expect(world.events('request_refused')).toEqual([])
  expect(world.events('outcome')).toHaveLength(5)
})

test('WD4 churn latches the guard also where the watchdog ended before it could say so, and was away for a window', async () => {
  await world.start()
  for (let number = 0; number < 3; number++) {
    const detail = 'somebody'
    await world
      .world()
      .journal.append({ type: 'external_restart', detail, master: null }, timeNow(world.world()))
  }
  world.clock.pass(RULES.policy.windowMs + 60_000)
  await world.start()
  expect(world.events('guard_latched')).toMatchObject([{ reason: 'churn', churn: 3 }])
})

test('WD13 a pause during the preflight keeps the machine from the restart that it was about to begin', async () => {
  await world.tick()
  world.tells(EXHAUSTED)
  const preflight = world.preflight
  Object.defineProperty(world, 'preflight', {
    get: () => {
      world.operator({ type: 'paused', actor: ACTOR, reason: 'migration', until: null })
      return preflight
    },
  })
  await world.ticks(3)
  expect(world.signals).toEqual([])
  expect(world.events('request_refused')).toMatchObject([{ decision: { reason: 'maintenance_paused' } }])
})

test('WD5 a circuit that a probe found open during the preflight keeps an automatic flag from its restart', async () => {
  await world.tick()
  world.meanwhile.asks = () => true
  world.tells({ circuit_breaker: { state: 'OPEN' } })
  world.raise({ source: 'auto', request_id: 'one' })
  await world.tick()
  expect(world.signals).toEqual([])
  expect(world.events('request_refused')).toMatchObject([{ decision: { reason: 'circuit_open' } }])
})
