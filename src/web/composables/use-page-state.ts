import { watchPostEffect } from 'vue'
import { useRoute } from 'vue-router'
import type { Verdict } from '#domain/health/verdict.ts'
import degraded from '#web/favicon/degraded.svg?no-inline'
import healthy from '#web/favicon/healthy.svg?no-inline'
import unhealthy from '#web/favicon/unhealthy.svg?no-inline'
import unknown from '#web/favicon/unknown.svg?no-inline'
import { messages } from '#web/messages.ts'
import { useHealthStore } from '#web/stores/health.ts'

const ICONS: Record<Verdict['level'], string> = { healthy, degraded, unhealthy, unknown }

/** A tab in the background tells the state by its title and icon. */
export function usePageState({ page = document }: { page?: Document } = {}): void {
  const health = useHealthStore()
  const route = useRoute()
  const icon = iconOf(page)
  icon.type = 'image/svg+xml'

  watchPostEffect(() => {
    const { level, headline } = health.summary
    const name = route.name === 'overview' ? null : (route.meta.title ?? null)
    // Until something is known, what the document came with says more; and the icon is a request.
    if (health.feed.kind === 'loading') return
    page.title = messages.title(messages.levels[level], headline, name)
    icon.href = ICONS[level]
  })
}

/** The document comes with an empty one. */
function iconOf(page: Document): HTMLLinkElement {
  const found = page.head.querySelector<HTMLLinkElement>('link[rel="icon"]')
  if (found !== null) return found
  const icon = page.createElement('link')
  icon.rel = 'icon'
  page.head.append(icon)
  return icon
}
