/** The agent's event stream as news for the stores. Each event is a state: whoever cannot read one asks for it. */
import type { LiveHearer, LiveNews } from '#web/api/agent-api.ts'
import type { ClientOptions } from '#web/api/client.ts'
import { parseSafely } from '#web/api/safe-json.ts'
import type { StreamEvent } from '#web/api/event-parser.ts'
import { plainHealth } from '#web/api/plain-health.ts'
import { SharedStream } from '#web/api/shared-stream.ts'
import { holdLine } from '#web/api/stream-line.ts'

export function joinLiveNews(base: string, hearer: LiveHearer, options: ClientOptions = {}): () => void {
  // Without TLS, and not on this host, a browser has no locks: then there are only the polls.
  const locks = (navigator as Partial<Navigator>).locks
  if (locks === undefined) return () => {}
  const url = new URL('admin/api/stream', base)
  const stream = new SharedStream(
    {
      name: `holdfast ${url.pathname}`,
      locks,
      holdLine: (line) => holdLine({ ...options, ...line, url: url.href }),
    },
    {
      changed: (isUp) => hearer.changed(isUp),
      signedOut: () => hearer.signedOut(),
      heard: (event) => {
        const news = newsOf(event)
        if (news !== null) hearer.heard(news)
      },
    },
  )
  return () => stream.leave()
}

/** null: nothing that a store waits for, as new samples, which the next poll brings. */
function newsOf({ event, data }: StreamEvent): LiveNews | null {
  switch (event) {
    case 'health':
      return { kind: 'health', reading: readingIn(data) }
    case 'policy':
    case 'restarts':
    case 'audit':
    case 'lost':
      return { kind: event }
    default:
      return null
  }
}

function readingIn(data: string): ReturnType<typeof plainHealth> {
  try {
    return plainHealth(parseSafely(data))
  } catch {
    return null // the poll reads it too, and says what is wrong with it
  }
}
