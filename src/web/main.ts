import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from '#web/App.vue'
import { lazyAgentApi } from '#web/api/lazy-agent-api.ts'
import { AGENT_API } from '#web/composables/use-agent-api.ts'
import { createConsoleRouter } from '#web/router.ts'
import { takeOver, takeSnapshot } from '#web/served-document.ts'
import { takeSignInLink } from '#web/sign-in-link.ts'
import { useSignInStore } from '#web/stores/sign-in.ts'
import '#web/tokens.css'
import '#web/base.css'
import '#web/served.css'

const pinia = createPinia()
// Before the router keeps the address.
useSignInStore(pinia).link = takeSignInLink(window)

createApp(App, { served: takeSnapshot() })
  .use(pinia)
  .use(createConsoleRouter())
  .provide(AGENT_API, lazyAgentApi())
  .mount('#app')
takeOver()
