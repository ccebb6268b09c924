/** Why somebody may not act just now, in words; null: they may. Said beside the control, before anybody presses it. */
import type { EpochMs } from '#domain/time.ts'
import { ageText } from '#domain/units.ts'
import type { WorkerReading } from '#web/api/agent-api.ts'
import { recoverMessages } from '#web/messages-recover.ts'
import type { Feed } from '#web/stores/feed.ts'

const { barred } = recoverMessages

interface Who {
  readonly feed: Feed<WorkerReading>
  readonly now: EpochMs
  readonly isOperator: boolean
  readonly role: string
}

/** For a word that is only recorded: the watchdog reads it whenever it runs. */
export function wordBar({ feed, now, isOperator, role }: Who): string | null {
  if (!isOperator) return barred.role(role)
  switch (feed.kind) {
    case 'loading':
    case 'failed':
      return barred.loading
    case 'stale':
      return barred.stale(ageText(now - feed.readAt))
    case 'live':
      return null
  }
}

/** For a restart, which somebody has to carry out. */
export function restartBar(who: Who): string | null {
  const bar = wordBar(who)
  if (bar !== null || who.feed.kind !== 'live') return bar
  const { status } = who.feed.value
  if (!status.history_readable) return barred.unreadable
  return status.watchdog.running ? null : barred.watchdog
}
