import { type AsyncComponentLoader, defineAsyncComponent } from 'vue'
import { createRouter, createWebHistory, type Router, type RouterHistory } from 'vue-router'
import { NAVIGATION, type RouteId } from '#domain/navigation/manifest.ts'
import { messages } from '#web/messages.ts'

declare module 'vue-router' {
  interface RouteMeta {
    title: string
  }
}

/** Every entry of the manifest has a view: the compiler asks for it. Each is a file of its own. */
const VIEWS: Record<RouteId, () => Promise<unknown>> = {
  overview: async () => (await import('#web/first-page.ts')).OverviewView,
  traffic: () => import('#web/views/observe/TrafficView.vue'),
  pool: () => import('#web/views/observe/PoolView.vue'),
  memory: () => import('#web/views/observe/MemoryView.vue'),
  logs: () => import('#web/views/observe/LogsView.vue'),
  watchdog: () => import('#web/views/recover/WatchdogView.vue'),
  restart: () => import('#web/views/recover/RestartView.vue'),
  audit: () => import('#web/views/recover/AuditView.vue'),
  navigation: () => import('#web/views/release/NavigationView.vue'),
  admin: () => import('#web/views/admin/AdminView.vue'),
  contract: () => import('#web/views/release/ContractView.vue'),
  gates: () => import('#web/views/release/GatesView.vue'),
}

interface RouterParts {
  readonly history?: RouterHistory
  /** A page that is out of service: its code may be what is broken, and is not loaded until it is back (SH5). */
  readonly isOut: (id: RouteId) => boolean
}

export function createConsoleRouter({ history = historyOfDocument(), isOut }: RouterParts): Router {
  const component = (id: RouteId) => () =>
    isOut(id) ? Promise.resolve(defineAsyncComponent(VIEWS[id] as AsyncComponentLoader)) : VIEWS[id]()

  return createRouter({
    history,
    routes: [
      ...NAVIGATION.map(({ id, path, title }) => ({
        name: id,
        path,
        component: component(id),
        meta: { title },
      })),
      {
        path: '/:rest(.*)*',
        name: 'not-found',
        component: () => import('#web/views/NotFoundView.vue'),
        meta: { title: messages.notFound.title },
      },
    ],
  })
}

/** Under whatever path the console is served: its own addresses have one segment (manifest). */
function historyOfDocument(): RouterHistory {
  return createWebHistory(new URL('.', document.baseURI).pathname)
}
