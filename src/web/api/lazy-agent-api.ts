/** The code behind the connection (HTTP and validation) is loaded beside the first paint, not before it. */
import type { AgentApi, ServedReading } from '#web/api/agent-api.ts'
import { nextTask } from '#web/next-task.ts'
import { FIRST_SHOWN } from '#web/served-document.ts'

/** What is answered later anyway waits for the code; what is not has a way of its own. */
type Asked = Omit<AgentApi, 'live' | 'left' | 'served'>
type Read = (...given: readonly unknown[]) => Promise<unknown>

export function lazyAgentApi(base: string = document.baseURI): AgentApi {
  let connected: Promise<AgentApi> | undefined
  /** What came with the document is seen before anything else is asked for. */
  let firstSeen = Promise.resolve()
  /** A load that failed is tried anew by the next read. */
  const loadNow = () =>
    (connected ??= import('#web/api/endpoints.ts')
      .then(({ connect }) => connect(base))
      .catch((error: unknown) => {
        connected = undefined
        throw error
      }))
  let turn = Promise.resolve()
  /** Those that have waited for it together go on one after the other, each in a task of its own. */
  const load = async () => {
    await firstSeen
    const api = await loadNow()
    turn = turn.then(nextTask)
    await turn
    return api
  }

  const own: Pick<AgentApi, 'live' | 'left' | 'served'> = {
    live: (hearer) => {
      let leave: (() => void) | null = () => {}
      void load().then(
        (api) => {
          if (leave !== null) leave = api.live(hearer)
        },
        () => {}, // The polls tell that a part of the console could not be loaded.
      )
      return () => {
        leave?.()
        leave = null
      }
    },
    left: (end) => {
      // Whoever has not read anything yet has not said that it is here.
      void connected?.then(
        (api) => api.left(end),
        () => {},
      )
    },
    // Without the code that asks: the document has been asked for already.
    served: (text) => {
      const reading = import('#web/first-page.ts').then(
        async ({ plainServedReading }) => plainServedReading(text) ?? (await loadNow()).served(text),
      )
      firstSeen = reading.then(shown, () => {})
      return reading
    },
  }
  return new Proxy(own, {
    get: (_, name: keyof AgentApi) =>
      Reflect.get(own, name) ??
      (async (...given: readonly unknown[]) => ((await load())[name as keyof Asked] as Read)(...given)),
  }) as AgentApi
}

/** A page that does not come does not keep others from being asked for. */
const SHOWN_MS_MAX = 2000

/** The page that was made from it is on the screen. */
function shown({ visitor }: ServedReading): Promise<void> {
  // Where it does not say whose page it is to be, that is asked first; nor is what nobody looks at painted.
  if (visitor === undefined || document.hidden) return Promise.resolve()
  return new Promise((resolve) => {
    const late = setTimeout(resolve, SHOWN_MS_MAX)
    const look = () => {
      if (document.querySelector(FIRST_SHOWN) === null) return requestAnimationFrame(look)
      clearTimeout(late)
      // After the frame, not in it.
      return setTimeout(resolve)
    }
    requestAnimationFrame(look)
  })
}
