/**
 * Every page of the manifest in every state that it may be in: each says so in words, in a way of its own, is nothing to
 * complain of for axe in any theme, and needs no more room than a phone has.
 */
import { afterEach, expect, test, vi } from 'vitest'
import { page } from 'vitest/browser'
import { NAVIGATION, type RouteId } from '#domain/navigation/manifest.ts'
import { pageMessages } from '#web/messages-page.ts'
import { messages } from '#web/messages.ts'
import type { ProblemView } from '#web/problems.ts'
import { OPERATOR, openConsole, type Script } from './console.ts'
import { expectAccessible } from './mount.ts'
import { rawPage } from './raw-page.ts'
import { auditRow } from './sample-audit.ts'
import { sampleGates } from './sample-gates.ts'
import { sampleHealth } from './sample-health.ts'
import { reportOf } from './sample-navigation.ts'
import { SAMPLE_STATUS } from './sample-status.ts'

afterEach(async () => {
  vi.useRealTimers()
  await page.viewport(1280, 720)
})

const ADMIN = { ...OPERATOR, role: 'admin' as const }
const LONG = 'a-name-without-a-blank-'.repeat(6)
const LIVE: Script = {
  session: ADMIN,
  health: sampleHealth(),
  status: SAMPLE_STATUS,
  page: rawPage(),
  gates: sampleGates(),
  navigation: reportOf(),
  audit: { rows: [auditRow(), auditRow({ id: 'a.0', actor: `user:${LONG}`, detail: LONG })], next: null },
  logs: {
    logs: [
      {
        source: 'agent',
        origin: 'memory',
        lines: ['plain', `  ${LONG}`],
        cut: true,
        missing: null,
      },
    ],
  },
  users: {
    accounts: [{ name: LONG, role: 'viewer', created_at: 0, password_set_at: 0 }],
    tokens: [],
  },
  sessions: {
    sessions: [
      {
        id: '1',
        user: LONG,
        role: 'viewer',
        address: '2001:db8:1234:5678:9abc:def0:1234:5678',
        began_at: 0,
        seen_at: 0,
        ends_at: Date.now() + 3_600_000,
        own: false,
      },
    ],
  },
}
const EMPTY: Script = {
  ...LIVE,
  audit: { rows: [], next: null },
  logs: { logs: [] },
  users: { accounts: [], tokens: [] },
  sessions: { sessions: [] },
}
const FORBIDDEN: ProblemView = {
  code: 'role_too_low',
  title: 'Not for this role',
  detail: 'This needs the role operator.',
}
const MALFORMED = messages.problems.malformed('data: expected object, found null')

const settled = (host: HTMLElement) => host.querySelector('main .skeleton') === null
const textOf = (host: HTMLElement) => host.querySelector('main')?.textContent ?? ''

/** Nothing sideways at the width of a phone; then all that axe knows, where everything has its room. */
async function expectFit(host: HTMLElement): Promise<void> {
  await page.viewport(360, 740)
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(360)
  await page.viewport(1280, 720)
  await expectAccessible(host)
}

const ROUTES = NAVIGATION.map(({ id, path, title }) => ({ id, path, title }))
/** Whose head is the verdict, which needs nobody signed in and tells by itself. */
const BY_ITSELF: readonly RouteId[] = ['overview']
/** What they show is no state but what was found at a time, which they say; that nobody answers stands in the header. */
const OF_A_TIME: readonly RouteId[] = ['audit', 'contract']

test.each(ROUTES)('$title, live', async ({ path }) => {
  const { host } = await openConsole({ ...LIVE }, path)
  await expect.poll(() => settled(host) && /\d/.test(textOf(host))).toBe(true)
  expect(textOf(host)).not.toContain(pageMessages.staleTitle)
  await expectFit(host)
})

test.each(ROUTES)('$title, with nothing to show', async ({ path }) => {
  const { host } = await openConsole({ ...EMPTY }, path)
  await expect.poll(() => settled(host)).toBe(true)
  await expectFit(host)
})

test.each(ROUTES)('$title, while it is read', async ({ id, path, title }) => {
  const { host } = await openConsole({ ...LIVE, reads: 'pending' }, path)
  await expect.element(page.getByRole('heading', { level: 1 })).toBeVisible()
  if (!BY_ITSELF.includes(id)) expect(textOf(host)).toContain(title)
  expect(textOf(host)).not.toContain(pageMessages.staleTitle)
  await expectFit(host)
})

test.each(ROUTES)('$title, for a role that may not have it', async ({ path }) => {
  const { host } = await openConsole({ ...LIVE, reads: FORBIDDEN }, path)
  await expect.poll(() => textOf(host)).toContain(FORBIDDEN.detail)
  await expectFit(host)
})

test.each(ROUTES)('$title, where the answer cannot be read', async ({ path }) => {
  const { host } = await openConsole({ ...LIVE, reads: MALFORMED }, path)
  await expect.poll(() => textOf(host)).toContain(MALFORMED.title)
  await expectFit(host)
})

test.each(ROUTES)('$title, when the agent has fallen silent', async ({ id, path }) => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] })
  const { host, script } = await openConsole({ ...LIVE }, path)
  await expect.poll(() => settled(host) && /\d/.test(textOf(host))).toBe(true)
  script.reads = messages.problems.noAnswer
  script.health = 'silent'
  vi.setSystemTime(Date.now() + 40_000)
  await vi.advanceTimersByTimeAsync(2000)
  vi.useRealTimers()
  if (OF_A_TIME.includes(id)) expect(host.textContent).toContain(messages.levels.unknown)
  else
    expect(textOf(host)).toContain(
      BY_ITSELF.includes(id) ? messages.age.agentSilent : pageMessages.staleTitle,
    )
  await expectFit(host)
})
