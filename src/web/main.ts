import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from '#web/App.vue'
import { lazyAgentApi } from '#web/api/lazy-agent-api.ts'
import { AGENT_API } from '#web/composables/use-agent-api.ts'
import { createConsoleRouter } from '#web/router.ts'
import '#web/tokens.css'
import '#web/base.css'

createApp(App).use(createPinia()).use(createConsoleRouter()).provide(AGENT_API, lazyAgentApi()).mount('#app')
