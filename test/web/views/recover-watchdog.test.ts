/** The Watchdog page on an agent whose answers a test decides. */
import { describe, expect, test } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { POLICY_STATES } from '#domain/schemas/health.ts'
import { pageMessages } from '#web/messages-page.ts'
import { messages } from '#web/messages.ts'
import { accountMessages } from '#web/messages-account.ts'
import { observeMessages } from '#web/messages-observe.ts'
import { signInMessages } from '#web/messages-sign-in.ts'
import { recoverMessages } from '#web/messages-recover.ts'
import { openConsole, OPERATOR, type Script } from '../console.ts'
import { expectAccessible } from '../mount.ts'
import { rawPage } from '../raw-page.ts'
import { sampleHealth } from '../sample-health.ts'
import { ago, guardedWorker, sampleLine, sampleWorker } from '../sample-worker.ts'
import { SAMPLE_STATUS } from '../sample-status.ts'

const CALM: Script = { health: sampleHealth(), status: SAMPLE_STATUS, page: rawPage() }
const VIEWER = { ...OPERATOR, user: 'kim', role: 'viewer' } as const
const { watchdog, words, barred } = recoverMessages

const open = (script: Partial<Script> = {}) => openConsole({ ...CALM, ...script }, '/watchdog')
const region = (name: string) => page.getByRole('region', { name })
const states = () => region(watchdog.machine)
const release = () => page.getByRole('button', { name: words.release.button })
const pause = () => page.getByRole('button', { name: words.pause.button })
const reasons = () => page.getByRole('textbox', { name: words.reason })

describe('the state machine', () => {
  test.each(POLICY_STATES)('%s is lit, and it alone', async (state) => {
    const policy = { ...sampleWorker().policy_state, state }
    const { host } = await open({ worker: sampleWorker({ policy_state: policy }) })
    await expect.element(states()).toBeVisible()
    expect(states().getByRole('listitem').elements()).toHaveLength(POLICY_STATES.length)
    const lit = [...host.querySelectorAll('li[aria-current]')].map(({ textContent }) => textContent)
    expect(lit).toHaveLength(1)
    expect(lit[0]).toContain(observeMessages.policyStates[state])
    expect(lit[0]).toContain(recoverMessages.now)
    await expectAccessible(host)
  })

  test('WD4 guarded: who ends it, how much is used, and what the last ones were worth', async () => {
    const { host } = await open({ worker: guardedWorker() })
    await expect.element(states().getByText(watchdog.ends.guarded)).toBeVisible()
    await expect.element(page.getByText(watchdog.budget.left(0, 3))).toBeVisible()
    await expect.element(page.getByText(watchdog.budget.unhelpful(3))).toBeVisible()
    await expect.element(region(watchdog.churn.heading('10 min')).getByText('3 of 3')).toBeVisible()
    expect(host.querySelectorAll('.axis .mark')).toHaveLength(3)
    await expectAccessible(host)
  })

  test('a cooldown counts down between two answers', async () => {
    const policy = { ...sampleWorker().policy_state, state: 'cooldown' as const }
    const cooldown = { active: true, remaining_seconds: 40 }
    await open({ worker: sampleWorker({ policy_state: policy, cooldown }) })
    await expect.element(region(watchdog.cooldown.heading).getByText(/^(40|39) s left$/)).toBeVisible()
  })
})

test('WD15 restarts by others are told apart, in the drawing and in the history', async () => {
  const external = sampleLine({ kind: 'external', source: 'external', detail: 'the master was replaced' })
  const worker = sampleWorker({ restart_history: [sampleLine(), external] })
  const { host } = await open({ worker })
  await expect.element(region(watchdog.history.heading).getByText('the master was replaced')).toBeVisible()
  expect(host.querySelectorAll('.axis .mark.external')).toHaveLength(1)
  await expect
    .element(region(watchdog.churn.heading('10 min')).getByText(watchdog.churn.external, { exact: true }))
    .toBeVisible()
})

test('no restarts is good, and said to be', async () => {
  await open()
  await expect.element(page.getByText(watchdog.churn.empty('10 min'))).toBeVisible()
  await expect.element(page.getByText(watchdog.history.empty)).toBeVisible()
})

test('a long history shows its newest, and all of it on demand', async () => {
  const lines = Array.from({ length: 20 }, (_, i) => sampleLine({ requested_by: `n${i}`, source: 'manual' }))
  const { host } = await open({ worker: sampleWorker({ restart_history: lines }) })
  await expect.poll(() => host.querySelectorAll('tbody tr').length).toBe(8)
  expect(host.querySelector('tbody tr')?.textContent).toContain('n19')
  await page.getByRole('button', { name: watchdog.history.all(20) }).click()
  await expect.poll(() => host.querySelectorAll('tbody tr').length).toBe(20)
})

describe('the watchdog itself', () => {
  test('that it does not run is said first, with what to do', async () => {
    const stopped = { running: false, problem: null, seen_at: ago(90_000), rungs: null }
    const { host } = await open({ worker: sampleWorker({ watchdog: stopped }) })
    await expect.element(page.getByText(`${watchdog.alive.stopped}.`)).toBeVisible()
    expect(host.textContent).toContain(watchdog.alive.stoppedMend)
    await expectAccessible(host)
  })

  test('what keeps it from working is said in words', async () => {
    const hindered = { running: true, problem: 'state_unreadable', seen_at: ago(400), rungs: null }
    await open({ worker: sampleWorker({ watchdog: hindered }) })
    await expect.element(page.getByText(/Restart history cannot be read; guarded/)).toBeVisible()
  })
})

describe('WD4, WD13 what an operator says', () => {
  test('a release asks for a reason, and is sent once with it', async () => {
    const { script } = await open({ worker: guardedWorker(), changes: [] })
    await expect.element(release()).toHaveAccessibleDescription(words.reasonMissing)
    await reasons().first().fill('the pool is mended')
    script.change = 'pending'
    await release().click()
    await expect.element(release()).toHaveAccessibleDescription(words.sending)
    await userEvent.keyboard('{Enter}')
    expect(script.changes).toMatchObject([
      { what: { kind: 'release', reason: 'the pool is mended' }, proof: { csrf: OPERATOR.csrf_token } },
    ])
  })

  test('what was recorded says so, and the reason is used up', async () => {
    await open()
    await reasons().fill('a deploy')
    await pause().click()
    await expect.element(page.getByText(words.recorded('user:ops'))).toBeVisible()
    await expect.element(reasons()).toHaveValue('')
  })

  test('a pause ends by itself where a length is chosen', async () => {
    const { script } = await open()
    await reasons().fill('a deploy')
    await page.getByLabelText(words.pause.length, { exact: true }).selectOptions('quarter')
    await pause().click()
    await expect.poll(() => script.changes).toMatchObject([{ what: { kind: 'pause', forSeconds: 900 } }])
  })

  test('where no answer came, the same word is sent again under the same key', async () => {
    const { script } = await open({ change: messages.problems.noAnswer })
    await reasons().fill('a deploy')
    await pause().click()
    await expect.element(page.getByText(/whether it was recorded is not known/)).toBeVisible()
    await expect.element(reasons()).toHaveValue('a deploy')
    script.change = null
    await pause().click()
    await expect.element(page.getByText(words.recorded('user:ops'))).toBeVisible()
    const keys = script.changes?.map(({ proof }) => proof.key)
    expect(keys).toHaveLength(2)
    expect(new Set(keys).size).toBe(1)
  })

  test('a failure keeps the text, and the next try is another word', async () => {
    const problem = { code: 'bad_request', title: 'The request is not valid', detail: 'reason: too long' }
    const { host, script } = await open({ change: problem })
    await reasons().fill('a deploy')
    await pause().click()
    await expect.element(page.getByText(words.failed(problem.title, problem.detail))).toBeVisible()
    await expect.element(reasons()).toHaveValue('a deploy')
    await expectAccessible(host)
    await pause().click()
    await expect.poll(() => new Set(script.changes?.map(({ proof }) => proof.key)).size).toBe(2)
  })

  test('a pause is shown with who, why and until when, and can be ended', async () => {
    const paused = { by: 'user:kim', reason: 'a migration', since: ago(60_000), until: null }
    const policy = { ...sampleWorker().policy_state, state: 'paused' as const }
    const { host, script } = await open({ worker: sampleWorker({ pause: paused, policy_state: policy }) })
    await expect.element(page.getByText(words.pause.pausedReason('a migration'))).toBeVisible()
    await page.getByRole('button', { name: words.pause.resume }).click()
    await expect.poll(() => script.changes).toMatchObject([{ what: { kind: 'resume', reason: '' } }])
    await expectAccessible(host)
  })

  test('SE1 a viewer sees all of it, and may say nothing', async () => {
    const { host, script } = await open({ worker: guardedWorker(), session: VIEWER })
    await expect.element(release()).toHaveAccessibleDescription(barred.role('viewer'))
    await reasons().first().fill('let me')
    ;(release().element() as HTMLElement).click()
    expect(script.changes ?? []).toEqual([])
    await expectAccessible(host)
  })
})

test('a session that ends in the middle of a sentence loses nothing; somebody else does not get it', async () => {
  const { script, host } = await open({ worker: guardedWorker() })
  await reasons().first().fill('the pool is')
  script.session = 'nobody'
  await expect.element(page.getByText(signInMessages.notes.ended)).toBeVisible()
  await page.getByLabelText(signInMessages.username).fill('ops')
  await page.getByLabelText(signInMessages.password).fill('x')
  await userEvent.keyboard('{Enter}')
  await expect.element(reasons().first()).toHaveValue('the pool is')
  await page.getByRole('button', { name: accountMessages.session.signOut }).click()
  script.enters = { ...OPERATOR, user: 'kim' }
  await page.getByLabelText(signInMessages.username).fill('kim')
  await page.getByLabelText(signInMessages.password).fill('x')
  await userEvent.keyboard('{Enter}')
  await expect.element(reasons().first()).toHaveValue('')
  expect(host.textContent).not.toContain('the pool is')
})

describe('OB4 states of the data', () => {
  test('stale: the last value stays, marked as such, and nothing can be said on it', async () => {
    const { host, script } = await open({ worker: guardedWorker() })
    await expect.element(states()).toBeVisible()
    script.worker = 'silent'
    await expect.element(page.getByText(pageMessages.staleTitle), { timeout: 9000 }).toBeVisible()
    await expect.element(states()).toBeVisible()
    await expect.element(release()).toHaveAccessibleDescription(/^What is shown is \d/)
    await expectAccessible(host)
    script.worker = guardedWorker()
    document.dispatchEvent(new Event('visibilitychange'))
    await expect.element(page.getByText(pageMessages.staleTitle)).not.toBeInTheDocument()
  }, 20_000)

  test('failed: says what, and when it is read again; the heading stays', async () => {
    const { host } = await open({ worker: 'silent' })
    await expect.element(page.getByText(/The watchdog works without the console/)).toBeVisible()
    await expect.element(page.getByRole('heading', { level: 1, name: watchdog.title })).toBeVisible()
    expect(host.textContent).toMatch(/next try in \d+ s/)
    await expectAccessible(host)
  })

  test('forbidden: says which role, and claims no failure', async () => {
    const problem = {
      code: 'role_too_low',
      title: 'This role may not do that',
      detail: 'it takes an operator',
    }
    const { host } = await open({ worker: problem })
    await expect.element(page.getByText(pageMessages.forbiddenTitle)).toBeVisible()
    await expect.element(page.getByText(/it takes an operator/)).toBeVisible()
    await expectAccessible(host)
  })
})
