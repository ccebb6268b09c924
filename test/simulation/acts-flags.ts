/** What lands in the runtime directory from writers that Holdfast does not know. */
import type { RestartFlag } from '#domain/schemas/restart-flag.ts'
import type { Act } from './act.ts'
import type { Host } from './host.ts'
import { TARGET_UID } from './world-processes.ts'

const OVERRIDE = { manual_override: true, override_acknowledged: true, override_reason: 'now' }

export const FLAG_ACTS = {
  foreign_request: { weight: 2, act: (host) => raise(host, { user: 'somebody', request_id: host.newId() }) },
  foreign_auto: { weight: 1, act: (host) => raise(host, { source: 'auto', request_id: host.newId() }) },
  /** Whoever may write to the directory may claim to override; nobody recorded it. */
  forged_override: {
    weight: 2,
    act: (host) => {
      const source = host.random.pick<'manual' | 'auto'>(['manual', 'manual', 'auto'])
      return raise(host, { ...OVERRIDE, source, request_id: host.newId() })
    },
  },
  empty_flag: { weight: 1, act: (host) => put(host, '') },
  garbage_flag: {
    weight: 0.5,
    act: (host) => put(host, host.random.pick(['{', '{"source":7}', '[]', '\u0000', 'restart'])),
  },
  unacceptable_file: {
    weight: 0.5,
    act: (host) => put(host, '', host.random.pick(['symbolic_link', 'owner_not_allowed', 'too_large'])),
  },
  /** Old by its file time: it lay there while nobody watched. */
  late_flag: {
    weight: 0.6,
    act: (host) => {
      const ageMs = host.profile.rules.requestTtlMs * host.random.between(0.8, 1.5)
      return raise(host, { request_id: host.newId() }, ageMs)
    },
  },
  /** A double click, a network retry, or somebody who has kept the file: the same id again, perhaps in other words. */
  repeated_flag: {
    weight: 3,
    act: (host) => {
      const content =
        host.lastFlags.length === 0 ? null : host.random.pick(host.lastFlags as [string, ...string[]])
      if (content === null) return null
      if (host.random.chance(0.6)) return put(host, content)
      return put(host, JSON.stringify({ ...(JSON.parse(content) as object), ...OVERRIDE }))
    },
  },
  flood: {
    weight: 0.15,
    act: (host) => {
      const count = 50 + host.random.below(250)
      writeOnAndOn(host, count)
      return `${count} flags, one after the other`
    },
  },
} as const satisfies Record<string, Act>

function raise(host: Host, flag: RestartFlag, ageMs = 0): string {
  const content = JSON.stringify(flag)
  host.remember(content)
  return put(host, content, null, ageMs)
}

function put(host: Host, content: string, fault: string | null = null, ageMs = 0): string {
  const writtenAt = host.clock.wallNow() - ageMs
  host.runtime.replace({ content, ownerUid: TARGET_UID, writtenAt, fault, authentic: null }, host.clock.now)
  host.flagCame()
  return fault ?? content.slice(0, 80)
}

function writeOnAndOn(host: Host, left: number): void {
  if (left === 0) return
  host.timeline.add(host.clock.now + host.random.between(2, 40), 'one more flag of a flood', () => {
    raise(host, { request_id: host.newId() })
    writeOnAndOn(host, left - 1)
  })
}
