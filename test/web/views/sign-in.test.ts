/** SE1, SE2, SH1: in, out, and back to where one was; the whole console, on an agent whose answers a test decides. */
import { afterEach, expect, test } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { verdictOf } from '#domain/health/verdict.ts'
import { messages } from '#web/messages.ts'
import { accountMessages } from '#web/messages-account.ts'
import { signInMessages } from '#web/messages-sign-in.ts'
import { openConsole, OPERATOR, type Script } from '../console.ts'
import { expectAccessible } from '../mount.ts'
import { rawPage } from '../raw-page.ts'
import { sampleHealth } from '../sample-health.ts'
import { SAMPLE_STATUS } from '../sample-status.ts'

const OUT: Script = { health: sampleHealth(), status: SAMPLE_STATUS, page: rawPage(), session: 'nobody' }
const { headline } = verdictOf(sampleHealth(), { watchdogRunning: true })

afterEach(() => history.replaceState(null, '', location.pathname + location.search))

const heading = (name: string) => page.getByRole('heading', { level: 1, name })
const name = () => page.getByLabelText(signInMessages.username)
const password = () => page.getByLabelText(signInMessages.password)

async function signIn(): Promise<void> {
  await expect.element(name()).toHaveFocus()
  await userEvent.keyboard('ops{Tab}correct horse{Enter}')
}

test('SH1 signed out, it shows the public verdict and the sign-in, and nothing else of the service', async () => {
  const { host } = await openConsole({ ...OUT })
  await expect.element(heading(signInMessages.title)).toBeVisible()
  await expect.element(page.getByRole('main').getByText(headline, { exact: false })).toBeVisible()
  expect(host.textContent).not.toContain('reports.service')
  expect(page.getByRole('link', { name: 'Overview' }).elements()).toEqual([])
  await expectAccessible(host)
})

test('a browser knows what to fill in, and the keyboard alone is enough', async () => {
  const { host } = await openConsole({ ...OUT })
  await signIn()
  await expect.element(heading(`Overview: ${headline}`)).toHaveFocus()
  await expect
    .element(page.getByText(accountMessages.session.signedInAs('ops', accountMessages.roles.operator)))
    .toBeVisible()
  expect(host.querySelector('form')).toBeNull()
})

test('the fields say to the browser what they are for', async () => {
  await openConsole({ ...OUT })
  await expect.element(name()).toHaveAttribute('autocomplete', 'username')
  await expect.element(password()).toHaveAttribute('autocomplete', 'current-password')
  await expect.element(password()).toHaveAttribute('type', 'password')
})

test('a wrong password is told in words; the name stays, the password is typed anew', async () => {
  const refused = { code: 'sign_in_refused', title: 'of the agent', detail: 'of the agent' }
  const { host, script } = await openConsole({ ...OUT, signIn: refused })
  await signIn()
  await expect.element(page.getByRole('alert')).toHaveTextContent(signInMessages.faults.sign_in_refused)
  await expect.element(name()).toHaveValue('ops')
  await expect.element(password()).toHaveValue('')
  await expect.element(password()).toHaveFocus()
  await expectAccessible(host)
  script.signIn = null
  await userEvent.keyboard('correct horse{Enter}')
  await expect.element(heading(`Overview: ${headline}`)).toBeVisible()
})

test('who is slowed sees how long, and is not asked again before', async () => {
  const slowed = { code: 'sign_in_slowed', title: '', detail: '', retryAfterMs: 2000 }
  const { script } = await openConsole({ ...OUT, signIn: slowed })
  await signIn()
  await expect.element(page.getByText(/The next try is possible in \d s/)).toBeVisible()
  await expect
    .element(page.getByRole('button', { name: signInMessages.submit }))
    .toHaveAttribute('aria-disabled', 'true')
  script.signIn = null
  await userEvent.keyboard('correct horse{Enter}')
  expect(heading(signInMessages.title).elements()).toHaveLength(1)
  await expect
    .element(page.getByRole('button', { name: signInMessages.submit }))
    .toHaveAttribute('aria-disabled', 'false')
  await userEvent.keyboard('{Enter}')
  await expect.element(heading(`Overview: ${headline}`)).toBeVisible()
})

test('a session that ends leads to the sign-in, which says so, and from there back to the same place', async () => {
  const { script, router } = await openConsole({ ...OUT, session: OPERATOR }, '/no/such/page?x=1')
  await expect.element(heading(messages.notFound.title)).toBeVisible()
  script.session = 'nobody'
  await expect.element(page.getByText(signInMessages.notes.ended)).toBeVisible()
  expect(router.currentRoute.value.fullPath).toBe('/no/such/page?x=1')
  await signIn()
  await expect.element(heading(messages.notFound.title)).toHaveFocus()
})

test('signing out hides what was seen, and says so', async () => {
  const { host } = await openConsole({ ...OUT, session: OPERATOR })
  await expect.element(page.getByText('reports.service')).toBeVisible()
  await page.getByRole('button', { name: accountMessages.session.signOut }).click()
  await expect.element(page.getByText(signInMessages.notes.signed_out)).toBeVisible()
  expect(host.textContent).not.toContain('reports.service')
})

test('SE2 a sign-in link lets in, and is gone from the address at once', async () => {
  history.replaceState(null, '', '#sign-in=once')
  await openConsole({ ...OUT })
  expect(location.hash).toBe('')
  await expect.element(heading(`Overview: ${headline}`)).toBeVisible()
})

test('SE2 a link that is used up says so, and leaves the form', async () => {
  history.replaceState(null, '', '#sign-in=twice')
  await openConsole({ ...OUT, signIn: { code: 'sign_in_link_invalid', title: '', detail: '' } })
  await expect.element(page.getByRole('alert')).toHaveTextContent(signInMessages.faults.sign_in_link_invalid)
  await expect.element(name()).toBeVisible()
})

test('an agent that does not answer hides nothing behind a sign-in that could not work', async () => {
  const { script } = await openConsole({
    ...OUT,
    session: 'silent',
    health: 'silent',
    status: 'silent',
    page: 'silent',
  })
  await expect
    .element(page.getByRole('heading', { level: 1 }))
    .toHaveTextContent(`Overview: ${messages.problems.noAnswer.title}`)
  script.session = 'nobody'
  await expect.element(heading(signInMessages.title)).toBeVisible()
})
