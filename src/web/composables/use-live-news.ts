/** Hears what the agent tells by itself, and wakes up whoever it concerns; the polls go on as the net (SH8). */
import { onScopeDispose, watch } from 'vue'
import type { HealthReading } from '#web/api/health-reading.ts'
import type { LiveNews } from '#web/api/agent-api.ts'
import { useAgentApi } from '#web/composables/use-agent-api.ts'
import { heldValue } from '#web/stores/feed.ts'
import { useHealthStore } from '#web/stores/health.ts'
import { useLiveStore } from '#web/stores/live.ts'

export function useLiveNews({ now = Date.now }: { now?: () => number } = {}): void {
  const api = useAgentApi()
  const health = useHealthStore()
  const live = useLiveStore()
  let leave = () => {}
  let wasUp = false

  function heard(news: LiveNews): void {
    switch (news.kind) {
      case 'health':
        return takeHealth(news.reading)
      case 'policy':
      case 'restarts':
        return live.askPolicy()
      case 'audit':
        return live.askAudit()
      case 'lost':
        return live.askAll()
    }
  }

  function takeHealth(reading: HealthReading | null): void {
    if (reading === null) return live.askAll()
    if (isOlder(reading, heldValue(health.feed))) return
    health.accept({ kind: 'live', value: reading, readAt: now() })
  }

  function changed(isUp: boolean): void {
    live.accept(isUp)
    // The polls have just begun when it comes up for the first time; after a break they may be waiting.
    if (isUp && wasUp) live.askAll()
    wasUp ||= isUp
  }

  // Beside what the page shows first, not before it.
  const stopWaiting = watch(
    () => health.feed.kind === 'live',
    (isLive) => {
      if (!isLive) return
      queueMicrotask(() => stopWaiting())
      leave()
      // Whoever has no session any more is told so by the next answer.
      leave = api.live({ changed, heard, signedOut: () => live.askAll() })
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    leave()
    live.accept(false)
  })
}

/** What is told again to whoever comes may be older than what a poll has brought. */
function isOlder(told: HealthReading, held: HealthReading | null): boolean {
  const [toldAt, heldAt] = [checkedAt(told), checkedAt(held)]
  return heldAt !== null && (toldAt === null || toldAt < heldAt)
}

function checkedAt(reading: HealthReading | null): number | null {
  if (reading?.health.kind !== 'read') return null
  const { checked_at: at } = reading.health.value
  return at === null ? null : Date.parse(at)
}
