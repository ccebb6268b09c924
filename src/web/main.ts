import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from '#web/App.vue'
import { lazyAgentApi } from '#web/api/lazy-agent-api.ts'
import { AGENT_API } from '#web/composables/use-agent-api.ts'
import { nextTask } from '#web/next-task.ts'
import { createConsoleRouter } from '#web/router.ts'
import { servedRoutesOut, takeOver, takeSnapshot } from '#web/served-document.ts'
import { takeSignInLink } from '#web/sign-in-link.ts'
import { useHealthStore } from '#web/stores/health.ts'
import { useSignInStore } from '#web/stores/sign-in.ts'
import '#web/tokens.css'
import '#web/base.css'
import '#web/served.css'

const pinia = createPinia()
// Before the router keeps the address.
useSignInStore(pinia).link = takeSignInLink(window)

const served = takeSnapshot()
const health = useHealthStore(pinia)
health.acceptServedOut(servedRoutesOut(served))

void start()

/** What this file brings has been set up by now: on a slow machine each of these steps is a long task of its own. */
async function start(): Promise<void> {
  await nextTask()
  const app = createApp(App, { served })
    .use(pinia)
    .use(createConsoleRouter({ isOut: (id) => health.routesOut.includes(id) }))
    .provide(AGENT_API, lazyAgentApi())
  await nextTask()
  app.mount('#app')
  takeOver()
}
