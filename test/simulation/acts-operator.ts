/**
 * What authenticated people do, as the agent and the CLI do it: recorded first, then published, never in place of
 * a flag that stands.
 */
import type { JournalEvent, RestartAsk } from '#domain/journal/events.ts'
import type { Act } from './act.ts'
import type { Host } from './host.ts'

const ACTOR = { name: 'local:ops', ip: null }

type Override = RestartAsk['override']
const override = (reason: string, acknowledged: boolean, passes: 'preflight'[]): Override => ({
  acknowledged,
  reason,
  passes,
})

export const OPERATOR_ACTS = {
  operator_request: { weight: 3, act: (host) => ask(host, 'reload', null) },
  operator_service: { weight: 0.5, act: (host) => ask(host, 'service', null) },
  operator_roll: { weight: 1.5, act: (host) => ask(host, 'roll', null) },
  operator_override: {
    weight: 1.2,
    act: (host) =>
      ask(host, host.random.pick(['reload', 'roll', 'roll', 'service']), override('deploy', true, [])),
  },
  override_without_acknowledgement: {
    weight: 1,
    act: (host) => ask(host, 'reload', override('deploy', false, [])),
  },
  override_without_reason: { weight: 1, act: (host) => ask(host, 'reload', override('  ', true, [])) },
  override_of_preflight: {
    weight: 1,
    act: (host) => ask(host, 'reload', override('deploy', true, ['preflight'])),
  },
  release_guard: {
    weight: 3,
    act: (host) => word(host, { type: 'guard_released', actor: ACTOR, reason: 'looked into it' }),
  },
  pause: {
    weight: 0.6,
    act: (host) => {
      const until = host.random.chance(0.5) ? null : host.clock.wallNow() + host.random.between(1_000, 60_000)
      return word(host, { type: 'paused', actor: ACTOR, reason: 'migration', until })
    },
  },
  resume: { weight: 1.5, act: (host) => word(host, { type: 'resumed', actor: ACTOR, reason: 'done' }) },
} as const satisfies Record<string, Act>

function ask(host: Host, rung: RestartAsk['rung'], wanted: Override): string {
  const requestId = host.newId()
  const flag = {
    user: ACTOR.name,
    source: 'manual' as const,
    manual_override: wanted !== null,
    override_acknowledged: wanted?.acknowledged ?? false,
    override_reason: wanted?.reason ?? null,
    override_passes: wanted?.passes ?? [],
    request_id: requestId,
  }
  const recorded: RestartAsk = {
    request_id: requestId,
    source: 'manual',
    rung,
    override: wanted,
    claimed: flag,
    actor: ACTOR,
  }
  if (!isRecorded(host, { type: 'request_recorded', ask: recorded }))
    return 'a request that could not be recorded'
  const said = `${requestId.slice(-6)} ${rung}${wanted === null ? '' : ' with override'}`
  // Recorded is not yet published: whoever asks may be killed in between, or told that another request stands.
  if (host.random.chance(0.05)) return `${said}, recorded and never published`
  host.timeline.add(host.clock.now + host.random.between(0.5, 50), 'the operator publishes', () => {
    const content = JSON.stringify(flag)
    const file = { content, ownerUid: 0, writtenAt: host.clock.wallNow(), fault: null, authentic: recorded }
    if (host.runtime.link(file) === 'pending') return
    host.remember(content)
    host.flagCame()
  })
  return said
}

function word(host: Host, event: JournalEvent): string {
  return isRecorded(host, event) ? event.type : `${event.type} could not be recorded`
}

/** False: whoever said it was told so, or nothing at all. */
function isRecorded(host: Host, event: JournalEvent): boolean {
  const { operators, clock } = host
  if (host.diskRoom !== null) return false
  const records = operators.write([event], clock.time(), clock.now, 0)
  if (host.random.chance(host.profile.faultRates.power * 5)) {
    host.losePower()
    return false
  }
  operators.flush()
  host.areDurable('operators', records)
  for (const watchdog of host.watchdogs) watchdog.nudge()
  return true
}
