/** The page *Administration*: three parts, each read by itself. */
import { expect, test } from 'vitest'
import { page } from 'vitest/browser'
import type { SessionView } from '#domain/schemas/access-api.ts'
import { adminMessages as words } from '#web/messages-admin.ts'
import { pageMessages } from '#web/messages-page.ts'
import { messages } from '#web/messages.ts'
import { OPERATOR, openConsole, type Script } from '../console.ts'
import { expectAccessible } from '../mount.ts'
import { NOW } from '../raw-page.ts'
import { sampleHealth } from '../sample-health.ts'
import { SAMPLE_STATUS } from '../sample-status.ts'

const ADMIN: SessionView = { ...OPERATOR, user: 'boss', role: 'admin' }
const session = (id: string, user: string, own: boolean) => ({
  id,
  user,
  role: 'admin' as const,
  address: '192.0.2.7',
  began_at: NOW - 3_600_000,
  seen_at: NOW - 4000,
  ends_at: NOW + 3_600_000,
  own,
})
const WHOLE = {
  sessions: { sessions: [session('a', 'boss', true), session('b', '<b>ops</b>', false)] },
  users: {
    accounts: [{ name: 'ops', role: 'operator' as const, created_at: NOW - 9e7, password_set_at: NOW - 9e7 }],
    tokens: [
      {
        id: '1',
        name: 'ci',
        role: 'viewer' as const,
        created_at: 0,
        created_by: 'local:root',
        expires_at: null,
      },
    ],
  },
  config: {
    settings: [
      { key: 'port', value: '8787', source: 'preset' },
      { key: 'proxy.secret', value: '***', source: 'env HOLDFAST_PROXY_SECRET' },
      { key: 'target.error_log', value: null, source: 'preset' },
    ],
    warnings: [],
  },
}

const open = (over: Partial<Script> = {}) =>
  openConsole(
    { health: sampleHealth(), status: SAMPLE_STATUS, page: 'silent', session: ADMIN, ...WHOLE, ...over },
    '/admin',
  )
const part = (name: string) => page.getByRole('region', { name })

test('who is in, who may come in, and what is set, each with where it came from', async () => {
  const { host } = await open()
  await expect.element(part(words.sessions.heading).getByText('<b>ops</b>')).toBeVisible()
  await expect.element(part(words.users.heading).getByText(words.users.command)).toBeVisible()
  const settings = part(words.config.heading)
  await expect.element(settings.getByText('env HOLDFAST_PROXY_SECRET')).toBeVisible()
  await expect.element(settings.getByText(words.config.unset)).toBeVisible()
  await settings.getByLabelText(words.config.filter).fill('SECRET')
  await expect.element(settings.getByText('8787')).not.toBeInTheDocument()
  await expectAccessible(host)
})

test('a session is ended by one request, and one’s own is not offered', async () => {
  const { script } = await open()
  const sessions = part(words.sessions.heading)
  const end = sessions.getByRole('button', { name: words.sessions.endOf('<b>ops</b>', '192.0.2.7') })
  await expect.element(sessions.getByText(words.sessions.own)).toBeVisible()
  await end.dblClick()
  await expect.element(sessions.getByText(words.sessions.ended('<b>ops</b>'))).toBeVisible()
  expect(script.endedSessions?.map(({ id }) => id)).toEqual(['b'])
  expect(script.endedSessions?.[0]?.proof.csrf).toBe(ADMIN.csrf_token)
})

test('BI1 a part that cannot be read says so, and leaves the others whole', async () => {
  const { host } = await open({ users: 'silent' })
  const failed = pageMessages.failedTitle(messages.problems.noAnswer.title)
  await expect.element(part(words.users.heading).getByText(failed)).toBeVisible()
  await expect.element(part(words.config.heading).getByText('8787')).toBeVisible()
  await expectAccessible(host)
})

test('SH1 nobody else is offered the page; at its address it says why it shows nothing', async () => {
  const refused = { code: 'role_too_low', title: 'Not for this role', detail: 'this needs the role admin' }
  const { host } = await open({ session: OPERATOR, users: refused, sessions: refused, config: refused })
  await expect.element(part(words.sessions.heading).getByText(pageMessages.forbiddenTitle)).toBeVisible()
  expect(host.querySelector('nav a[href$="admin"]')).toBeNull()
  await expectAccessible(host)
})
