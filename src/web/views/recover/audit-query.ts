/** The audit's filter as it stands in the address, so that a link shows a colleague the same rows. */
import type { LocationQuery } from 'vue-router'
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

/** An instant that means the same in every zone; empty where nothing, or no time, was typed. */
export function instantOf(local: string): string {
  const at = new Date(local)
  return Number.isNaN(at.getTime()) ? '' : at.toISOString()
}
