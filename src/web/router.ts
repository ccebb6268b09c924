import { type AsyncComponentLoader, defineAsyncComponent } from 'vue'
import { createRouter, createWebHistory, type Router, type RouterHistory } from 'vue-router'
import { NAVIGATION, type RouteId } from '#domain/navigation/manifest.ts'
import { messages } from '#web/messages.ts'

declare module 'vue-router' {
  interface RouteMeta {
    title: string
  }
}

/** They come with the first page, which is loaded beside this file. */
const firstPage = () => import('#web/first-page.ts')
const view = async (id: RouteId) => (await firstPage()).VIEWS[id]()

interface RouterParts {
  readonly history?: RouterHistory
  /** A page that is out of service: its code may be what is broken, and is not loaded until it is back (SH5). */
  readonly isOut: (id: RouteId) => boolean
}

export function createConsoleRouter({ history = historyOfDocument(), isOut }: RouterParts): Router {
  const component = (id: RouteId) => () =>
    isOut(id)
      ? Promise.resolve(defineAsyncComponent(() => view(id) as ReturnType<AsyncComponentLoader>))
      : view(id)

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
        component: async () => (await firstPage()).NotFoundPage(),
        meta: { title: messages.notFound.title },
      },
    ],
  })
}

/** Under whatever path the console is served: its own addresses have one segment (manifest). */
function historyOfDocument(): RouterHistory {
  return createWebHistory(new URL('.', document.baseURI).pathname)
}
