/** The whole console in the page, on an agent whose answers a test decides. */
import { createPinia } from 'pinia'
import { createMemoryHistory, type Router } from 'vue-router'
import type { Health } from '#domain/schemas/health.ts'
import type { SessionView } from '#domain/schemas/access-api.ts'
import type { SystemStatus } from '#domain/schemas/admin-api.ts'
import App from '#web/App.vue'
import type { AuditPage, AuditVerification } from '#domain/schemas/audit-api.ts'
import type { LogsPage } from '#domain/schemas/logs.ts'
import type { ConfigView, SessionList, UserList } from '#domain/schemas/admin-view.ts'
import type { ContractReport } from '#domain/schemas/contract-api.ts'
import type { GatesView } from '#domain/schemas/gates-api.ts'
import type { NavigationChanged, NavigationReport } from '#domain/schemas/navigation-api.ts'
import type { WorkerStatus } from '#domain/schemas/worker-api.ts'
import type {
  AgentApi,
  AuditQuery,
  ChangeProof,
  LiveHearer,
  NavigationWish,
  OperatorWord,
  RestartWish,
} from '#web/api/agent-api.ts'
import { readHealth } from '#web/api/health-reading.ts'
import { AGENT_API } from '#web/composables/use-agent-api.ts'
import type { ServedSnapshot } from '#domain/schemas/served-snapshot.ts'
import type { ServedText } from '#web/served-document.ts'
import { messages } from '#web/messages.ts'
import { type ProblemView, ReadFailed } from '#web/problems.ts'
import { createConsoleRouter } from '#web/router.ts'
import { takeSignInLink } from '#web/sign-in-link.ts'
import { useSignInStore } from '#web/stores/sign-in.ts'
import { mount } from './mount.ts'
import { NOTHING_NEW, NOW, frameBytes } from './raw-page.ts'
import { useHealthStore } from '#web/stores/health.ts'
import { sampleContract } from './sample-contract.ts'
import { sampleWorker } from './sample-worker.ts'

export interface Script {
  /** What each read answers; `silent` is an agent that does not. */
  health: Health | Record<string, unknown> | 'silent'
  status: SystemStatus | 'silent'
  /** The first page; those after it bring nothing new. */
  page: Record<string, unknown> | 'silent'
  /** Left out: a watchdog with nothing to do. */
  worker?: WorkerStatus | ProblemView | 'silent'
  /** What each page of the trail is; after the first there are no more. Left out: an empty trail. */
  audit?: AuditPage | ProblemView | 'silent'
  gates?: GatesView | 'silent'
  auditAsked?: { query: AuditQuery; cursor: string | null }[]
  verification?: AuditVerification | 'silent'
  /** Left out: no log at all. */
  logs?: LogsPage | ProblemView | 'silent'
  logsAsked?: number[]
  users?: UserList | ProblemView | 'silent'
  sessions?: SessionList | ProblemView | 'silent'
  config?: ConfigView | ProblemView | 'silent'
  navigation?: NavigationReport | ProblemView | 'silent'
  navigationChanged?: NavigationChanged
  endedSessions?: { id: string; proof: ChangeProof }[]
  /** What the check has found, kept or anew; left out: nothing. */
  contract?: ContractReport | ProblemView | 'silent'
  contractAsked?: ('kept' | 'anew')[]
  /** What the next change is answered; left out: it is recorded. `pending` never is. */
  change?: ProblemView | 'pending' | null
  /** What every read of somebody signed in is answered instead; `pending` never is. */
  reads?: ProblemView | 'pending'
  /** What was asked for, each as it was sent. */
  changes?: SentChange[]
  /** What came with the document; left out: nothing. */
  served?: ServedText
  /** What the console hears by itself with, while it listens. */
  live?: LiveHearer
  /** Who is signed in from the beginning; left out: an operator. */
  session?: SessionView | 'nobody' | 'silent'
  /** What the next sign-in, by form or link, is answered; left out: it lets in. */
  signIn?: ProblemView | null
  /** Whom it lets in; left out: the operator. */
  enters?: SessionView
}

export interface SentChange {
  readonly what: RestartWish | OperatorWord | NavigationWish
  readonly proof: ChangeProof & { readonly seen?: string }
}

export const OPERATOR: SessionView = {
  user: 'ops',
  role: 'operator',
  csrf_token: 'of-this-session',
  ends_at: null,
}

export async function openConsole(
  script: Script,
  path = '/',
): Promise<{ host: HTMLElement; router: Router; script: Script }> {
  document.documentElement.lang = 'en'
  const pinia = createPinia()
  useSignInStore(pinia).link = takeSignInLink(window)
  const health = useHealthStore(pinia)
  const router = createConsoleRouter({
    history: createMemoryHistory(),
    isOut: (id) => health.routesOut.includes(id),
  })
  await router.push(path)
  const host = mount(App, {
    props: { served: script.served ?? null },
    prepare: (app) => app.use(pinia).use(router).provide(AGENT_API, answering(script)),
  })
  return { host, router, script }
}

/** What a page reads by itself, beside who it is and how the target is, which everybody may ask. */
const READS = new Set<keyof AgentApi>([
  'status',
  'workerStatus',
  'gates',
  'auditPage',
  'logs',
  'users',
  'sessions',
  'config',
  'contract',
  'navigation',
  'rawPage',
])

function answering(script: Script): AgentApi {
  return new Proxy(scriptedApi(script), {
    get(api, name: keyof AgentApi) {
      const { reads } = script
      if (reads === undefined || !READS.has(name)) return api[name]
      if (reads === 'pending') return () => new Promise(() => {})
      return () => Promise.reject(new ReadFailed(reads, { cause: 'scripted' }))
    },
  })
}

function scriptedApi(script: Script): AgentApi {
  return {
    served: async (text) => {
      const { health, at, watchdog_running, visitor } = JSON.parse(text) as ServedSnapshot
      return { reading: readHealth(health), agentNow: at, watchdogRunning: watchdog_running, visitor }
    },
    live: (hearer) => {
      script.live = hearer
      return () => delete script.live
    },
    health: async () => readHealth(spoken(script.health)),
    left: () => {},
    handOver: async () => {},
    status: async () => {
      requireSession(script)
      return { status: spoken(script.status), agentNow: NOW }
    },
    workerStatus: async () => {
      requireSession(script)
      const told = spoken(script.worker ?? sampleWorker())
      if ('title' in told) throw new ReadFailed(told, { cause: 'scripted' })
      return { status: told, agentNow: NOW }
    },
    gates: async () => {
      requireSession(script)
      return { view: spoken(script.gates ?? 'silent'), agentNow: NOW }
    },
    auditPage: async (query, cursor) => {
      requireSession(script)
      ;(script.auditAsked ??= []).push({ query, cursor })
      const told = spoken(script.audit ?? { rows: [], next: null })
      if ('title' in told) throw new ReadFailed(told, { cause: 'scripted' })
      return cursor === null ? told : { rows: told.rows, next: null }
    },
    contract: async (which) => {
      requireSession(script)
      ;(script.contractAsked ??= []).push(which)
      const told = spoken(script.contract ?? sampleContract())
      if ('title' in told) throw new ReadFailed(told, { cause: 'scripted' })
      return told
    },
    verifyAudit: async () => spoken(script.verification ?? 'silent'),
    logs: async (lines) => {
      requireSession(script)
      ;(script.logsAsked ??= []).push(lines)
      const told = spoken(script.logs ?? { logs: [] })
      if ('title' in told) throw new ReadFailed(told, { cause: 'scripted' })
      return told
    },
    users: async () => adminAnswer(script, script.users ?? { accounts: [], tokens: [] }),
    sessions: async () => adminAnswer(script, script.sessions ?? { sessions: [] }),
    config: async () => adminAnswer(script, script.config ?? { settings: [], warnings: [] }),
    endSession: async (id, proof) => {
      ;(script.endedSessions ??= []).push({ id, proof })
      return { ended: true, by: 'user:admin' }
    },
    restart: async (what, proof) => {
      await change(script, { what, proof })
      return { requestId: proof.key, acceptedAt: NOW }
    },
    say: async (what, proof) => {
      await change(script, { what, proof })
      return {
        recorded: true,
        event_id: '1',
        by: 'user:ops',
        replayed: false,
        until: null,
        new_history: false,
      }
    },
    classicPage: async (id) =>
      `<main><div id="classic-part"><h2>plain ${id}</h2></div><p>around it</p></main>`,
    navigation: async () => {
      requireSession(script)
      const told = spoken(script.navigation ?? 'silent')
      if ('title' in told) throw new ReadFailed(told, { cause: 'scripted' })
      return told
    },
    changeNavigation: async (what, proof) => {
      await change(script, { what, proof })
      if (script.navigationChanged === undefined) throw new Error('no answer is scripted')
      return script.navigationChanged
    },
    session: async () => requireSession(script),
    signIn: async () => enter(script),
    redeemLink: async () => enter(script),
    signOut: async () => {
      script.session = 'nobody'
    },
    rawPage: async (place) => {
      requireSession(script)
      const first = spoken(script.page)
      return frameBytes('cursor' in place ? { ...first, ...NOTHING_NEW } : first)
    },
  }
}

function requireSession({ session = OPERATOR }: Script): SessionView {
  if (session !== 'nobody') return spoken(session)
  const problem = { code: 'sign_in_required', title: 'Nobody is signed in', detail: 'this needs a session' }
  throw new ReadFailed(problem, { cause: 'scripted' })
}

function adminAnswer<T extends object>(script: Script, answer: T | ProblemView | 'silent'): T {
  requireSession(script)
  const told = spoken(answer)
  if ('title' in told) throw new ReadFailed(told, { cause: 'scripted' })
  return told
}

async function change(script: Script, sent: SentChange): Promise<void> {
  ;(script.changes ??= []).push(sent)
  if (script.change === 'pending') await new Promise(() => {})
  requireSession(script)
  const { change: problem } = script
  if (problem !== undefined && problem !== null && problem !== 'pending')
    throw new ReadFailed(problem, { cause: 'scripted' })
}

function enter(script: Script): SessionView {
  const { signIn = null } = script
  if (signIn !== null) throw new ReadFailed(signIn, { cause: 'scripted' })
  script.session = script.enters ?? OPERATOR
  return script.session
}

function spoken<T>(answer: T | 'silent'): T {
  if (answer === 'silent') throw new ReadFailed(messages.problems.noAnswer, { cause: 'scripted' })
  return answer
}
