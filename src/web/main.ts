import { createPinia } from 'pinia'
import { createApp } from 'vue'
import * as z from 'zod/mini'
import App from '#web/App.vue'
import { createClient } from '#web/api/client.ts'
import { CLIENT } from '#web/composables/use-client.ts'
import { createConsoleRouter } from '#web/router.ts'
import '#web/tokens.css'
import '#web/base.css'

// The content policy forbids making functions from text (SE8): do not even try.
z.config({ jitless: true })

createApp(App).use(createPinia()).use(createConsoleRouter()).provide(CLIENT, createClient()).mount('#app')
