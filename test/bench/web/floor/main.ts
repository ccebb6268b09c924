/** The least that Vue and its router can show: a heading, and one row of what is asked for when the page is there. */
import { createApp, h, onMounted, shallowRef } from 'vue'
import { createRouter, createWebHistory, RouterView } from 'vue-router'

const Page = {
  setup() {
    const status = shallowRef<string | null>(null)
    onMounted(async () => {
      const { status: told } = (await (await fetch('health')).json()) as { status: string }
      status.value = told
    })
    return () => [
      h('h1', 'The service is well, as far as a page that says nothing else can know'),
      status.value === null ? null : h('p', { 'data-live-row': '' }, status.value),
    ]
  },
}

const router = createRouter({ history: createWebHistory('/'), routes: [{ path: '/', component: Page }] })
createApp({ setup: () => () => h(RouterView) })
  .use(router)
  .mount('#app')
