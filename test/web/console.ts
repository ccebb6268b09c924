/** The whole console in the page, on an agent whose answers a test decides. */
import { createPinia } from 'pinia'
import { createMemoryHistory, type Router } from 'vue-router'
import type { Health } from '#domain/schemas/health.ts'
import type { SystemStatus } from '#domain/schemas/admin-api.ts'
import App from '#web/App.vue'
import type { AgentApi } from '#web/api/agent-api.ts'
import { readHealth } from '#web/api/health-reading.ts'
import { AGENT_API } from '#web/composables/use-agent-api.ts'
import { messages } from '#web/messages.ts'
import { ReadFailed } from '#web/problems.ts'
import { createConsoleRouter } from '#web/router.ts'
import { mount } from './mount.ts'
import { NOTHING_NEW, NOW, frameBytes } from './raw-page.ts'

export interface Script {
  /** What each read answers; `silent` is an agent that does not. */
  health: Health | Record<string, unknown> | 'silent'
  status: SystemStatus | 'silent'
  /** The first page; those after it bring nothing new. */
  page: Record<string, unknown> | 'silent'
}

export const STATUS: SystemStatus = {
  agent: { version: '0.1.0', pid: 1, started_at: 0, rss_bytes: 0 },
  target: {
    name: 'reports.service',
    bind: '127.0.0.1:8080',
    health_url: 'http://127.0.0.1:8080/health',
    kind: 'production',
    master_pid: 4242,
    worker_count: 4,
  },
  watchdog: { running: true },
  intake: {
    datagrams: 9,
    samples: 9,
    malformed: 1,
    oversize: 0,
    statsd_address: '127.0.0.1:8125',
    foreign: 2,
    unpaired: 0,
    last_sample_at: null,
  },
  demonstration: null,
}

export async function openConsole(
  script: Script,
  path = '/',
): Promise<{ host: HTMLElement; router: Router; script: Script }> {
  document.documentElement.lang = 'en'
  const router = createConsoleRouter(createMemoryHistory())
  await router.push(path)
  const host = mount(App, {
    prepare: (app) => app.use(createPinia()).use(router).provide(AGENT_API, scriptedApi(script)),
  })
  return { host, router, script }
}

function scriptedApi(script: Script): AgentApi {
  return {
    health: async () => readHealth(spoken(script.health)),
    status: async () => ({ status: spoken(script.status), agentNow: NOW }),
    rawPage: async (place) => {
      const first = spoken(script.page)
      return frameBytes('cursor' in place ? { ...first, ...NOTHING_NEW } : first)
    },
  }
}

function spoken<T>(answer: T | 'silent'): T {
  if (answer === 'silent') throw new ReadFailed(messages.problems.noAnswer, { cause: 'scripted' })
  return answer
}
