/** The audit's filter as it stands in the address, so that a link shows a colleague the same rows. */
import type { LocationQuery } from 'vue-router'
import type { EpochMs } from '#domain/time.ts'
import type { AuditQuery } from '#web/api/agent-api.ts'

export const AUDIT_FIELDS = ['actor', 'action', 'decision', 'text', 'request', 'from', 'to'] as const
export type AuditField = (typeof AUDIT_FIELDS)[number]

/** What is in it once and says something; anything else in an address narrows nothing. */
export function queryIn(address: LocationQuery): AuditQuery {
  return Object.fromEntries(
    AUDIT_FIELDS.flatMap((field) => {
      const value = address[field]
      return typeof value === 'string' && value.trim() !== '' ? [[field, value.trim()]] : []
    }),
  )
}

/** As a field for a local time has it; empty where it is no time. */
export function localInput(instant: string | undefined): string {
  const at = new Date(instant ?? '')
  if (Number.isNaN(at.getTime())) return ''
  const two = (part: number) => String(part).padStart(2, '0')
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`
}

/** By how much clocks are set back somewhere. */
const SET_BACK_MS = [30 * 60_000, 60 * 60_000, 120 * 60_000]

/**
 * The instants that a local time may mean: where clocks are set back an hour comes twice. Empty where nothing, or no
 * time, was typed.
 */
export function instantsOf(local: string): readonly string[] {
  const first = new Date(local).getTime()
  if (Number.isNaN(first)) return []
  const typed = localInput(isoOf(first))
  const second = SET_BACK_MS.map((later) => first + later).find((at) => localInput(isoOf(at)) === typed)
  return second === undefined ? [isoOf(first)] : [isoOf(first), isoOf(second)]
}

/**
 * A bound that means the same in every zone. Of a time that comes twice, the one that leaves nothing out; one that was
 * not typed anew stays the instant it is.
 */
export function boundOf(field: 'from' | 'to', local: string, held: string | undefined): string {
  if (held !== undefined && localInput(held) === local) return held
  const instants = instantsOf(local)
  return (field === 'from' ? instants[0] : instants.at(-1)) ?? ''
}

function isoOf(at: EpochMs): string {
  return new Date(at).toISOString()
}
