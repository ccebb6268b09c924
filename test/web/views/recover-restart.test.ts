/** The Restart control page on an agent whose answers a test decides. */
import { describe, expect, test } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { ladder, RUNG_WORDS } from '#domain/policy/ladder.ts'
import { reasonText, warningText } from '#domain/policy/reason-words.ts'
import { messages } from '#web/messages.ts'
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
const { restart: words, barred } = recoverMessages
const { steps, states } = words.progress

const open = (script: Partial<Script> = {}) => openConsole({ ...CALM, ...script }, '/restart')
const button = (name: string) => page.getByRole('button', { name, exact: true })
const plain = () => button(words.buttons.reload('4 workers'))
const override = () => button(words.overrides.reload('4 workers'))
const openOverride = () => button(words.override.open)
const reason = () => page.getByRole('textbox', { name: words.override.reason })
const nameField = () => page.getByRole('textbox', { name: words.override.typeName('reports.service') })
const step = (id: keyof typeof steps) => page.getByRole('listitem').filter({ hasText: steps[id] })

/** A press that gets through to the page even where the control says that it does nothing. */
function press(locator: ReturnType<typeof button>) {
  ;(locator.element() as HTMLElement).click()
}

async function fillOverride() {
  await openOverride().click()
  await reason().fill('  the pool is stuck ')
  await nameField().fill('reports.service')
}

describe('before the click', () => {
  test('WD1 nothing speaks against it: what happens, what is left, and no friction', async () => {
    const { host, script } = await open()
    await expect.element(page.getByText(words.plain.allowed)).toBeVisible()
    await expect.element(page.getByText(words.plain.leftAfter(2))).toBeVisible()
    await expect.element(openOverride()).not.toBeInTheDocument()
    await expectAccessible(host)
    await plain().click()
    await expect
      .poll(() => script.changes)
      .toMatchObject([
        {
          what: { rung: 'reload', override: null },
          proof: { csrf: OPERATOR.csrf_token, seen: sampleWorker().version },
        },
      ])
  })

  test('the last outcome, and whether it helped', async () => {
    const line = sampleLine({ helped: false })
    await open({
      worker: sampleWorker({ last_restart: line, restart_history: [line], unhelpful_restarts: 1 }),
    })
    await expect.element(page.getByText(words.plain.notAdvised(1))).toBeVisible()
    await expect.element(page.getByText(/^2 min ago, by watchdog: verified, it did not help/)).toBeVisible()
  })

  test('the last one before a person is needed says so', async () => {
    const policy = { ...sampleWorker().policy_state, attempts_in_window: 2 }
    await open({ worker: sampleWorker({ policy_state: policy }) })
    await expect.element(page.getByText(words.plain.lastOne)).toBeVisible()
  })

  test('WD5 an open breaker is warned of and does not stand in a person’s way', async () => {
    await open({ health: sampleHealth({ circuit_breaker: { state: 'OPEN' } }) })
    await expect.element(page.getByText(warningText('circuit_open'))).toBeVisible()
    await expect.element(plain()).toHaveAttribute('aria-disabled', 'false')
  })

  test('WD4 a cooldown: refused, until when, and an override beside it', async () => {
    const policy = { ...sampleWorker().policy_state, state: 'cooldown' as const }
    const cooldown = { active: true, remaining_seconds: 40 }
    const { host, script } = await open({ worker: sampleWorker({ policy_state: policy, cooldown }) })
    await expect.element(plain()).toHaveAccessibleDescription(/^Possible in (40|39) s\.$/)
    await expect.element(page.getByText(/Refused for (40|39) s more, until/)).toBeVisible()
    press(plain())
    expect(script.changes ?? []).toEqual([])
    await expect.element(openOverride()).toBeVisible()
    await expectAccessible(host)
  })

  test('one that is under way is waited for, and nothing passes it', async () => {
    const policy = { ...sampleWorker().policy_state, state: 'restarting' as const }
    await open({ worker: sampleWorker({ policy_state: policy }) })
    await expect.element(page.getByText(reasonText('restart_in_progress'), { exact: false })).toBeVisible()
    await expect.element(openOverride()).not.toBeInTheDocument()
  })
})

describe('who may not', () => {
  test.each([
    ['a viewer', { session: VIEWER }, barred.role('viewer')],
    [
      'nobody, without a watchdog',
      { worker: sampleWorker({ watchdog: { running: false, problem: null, seen_at: null, rungs: null } }) },
      barred.watchdog,
    ],
    ['nobody, without a history', { worker: guardedWorker({ history_readable: false }) }, barred.unreadable],
  ])('%s sees it with the reason, and sends nothing', async (_who, script, why) => {
    const opened = await open(script)
    await expect.element(plain()).toHaveAccessibleDescription(why)
    press(plain())
    expect(opened.script.changes ?? []).toEqual([])
    await expectAccessible(opened.host)
  })

  test('SH2 nobody on stale data, however it looked before', async () => {
    const { script, host } = await open()
    await expect.element(plain()).toHaveAttribute('aria-disabled', 'false')
    script.worker = 'silent'
    await expect.element(plain(), { timeout: 9000 }).toHaveAccessibleDescription(/^What is shown is \d/)
    press(plain())
    expect(script.changes ?? []).toEqual([])
    await expectAccessible(host)
  }, 20_000)
})

describe('WD12 the override', () => {
  test('asks for a reason and the name typed out, says what it costs, and is sent with both', async () => {
    const { host, script } = await open({ worker: guardedWorker() })
    await openOverride().click()
    await expect.element(reason()).toHaveFocus()
    await expect.element(page.getByText(words.override.costs.manual_override_required ?? '')).toBeVisible()
    await expect.element(override()).toHaveAccessibleDescription(words.override.missing.reason)
    await reason().fill('the pool is stuck')
    const missing = words.override.missing.name('reports.service')
    await expect.element(override()).toHaveAccessibleDescription(missing)
    await nameField().fill('reports')
    await expect.element(override()).toHaveAccessibleDescription(missing)
    press(override())
    expect(script.changes ?? []).toEqual([])
    await expectAccessible(host)
    await nameField().fill('reports.service')
    await override().click()
    await expect
      .poll(() => script.changes)
      .toMatchObject([
        { what: { rung: 'reload', override: { reason: 'the pool is stuck', passesPreflight: false } } },
      ])
  })

  test('by the keyboard alone; Escape closes it, keeps the text, and leaves the focus on the safe control', async () => {
    const { script } = await open({ worker: guardedWorker() })
    await openOverride().click()
    await userEvent.keyboard('the pool is stuck{Escape}')
    await expect.element(reason()).not.toBeInTheDocument()
    await expect.element(plain()).toHaveFocus()
    await userEvent.keyboard('{Tab}{Enter}')
    await expect.element(reason()).toHaveValue('the pool is stuck')
    await userEvent.keyboard('{Tab}reports.service{Enter}')
    await expect.poll(() => script.changes).toHaveLength(1)
  })

  test('WD8a what the preflight refused: only by its pass', async () => {
    const line = sampleLine({ kind: 'unsent', success: false, decision_reason: 'preflight_failed' })
    const { host, script } = await open({ worker: sampleWorker({ restart_history: [line] }) })
    await expect.element(page.getByText(words.preflight.title)).toBeVisible()
    await fillOverride()
    await page.getByRole('checkbox', { name: words.override.passPreflight }).click()
    await expect.element(page.getByText(words.override.costs.preflight ?? '')).toBeVisible()
    await expectAccessible(host)
    await override().click()
    await expect.poll(() => script.changes).toMatchObject([{ what: { override: { passesPreflight: true } } }])
  })
})

describe('WD16 the ladder', () => {
  test('says of each rung what it does and does not; only what is offered can be chosen', async () => {
    await open()
    const { effect, doesNot } = RUNG_WORDS.service
    await expect.element(page.getByText(effect)).toBeVisible()
    await expect.element(page.getByText(doesNot)).toBeVisible()
    await expect.element(page.getByRole('radio', { name: 'Graceful reload' })).toBeChecked()
    await expect.element(page.getByRole('radio', { name: 'Rolling replacement' })).toBeDisabled()
  })

  test('after a reload in vain the next one is offered, and asked for by its name', async () => {
    const rungs = ladder({
      tried: [{ rung: 'reload', success: true, helped: false }],
      service: { kind: 'available' },
    })
    const watchdog = { ...sampleWorker().watchdog, rungs }
    const { script } = await open({ worker: sampleWorker({ watchdog }) })
    await page.getByRole('radio', { name: 'Rolling replacement' }).click()
    await button(words.buttons.roll('4 workers')).click()
    await expect.poll(() => script.changes).toMatchObject([{ what: { rung: 'roll' } }])
  })
})

describe('WD17 one press is one request', () => {
  test('a double click sends one', async () => {
    const { script } = await open({ change: 'pending' })
    await expect.element(plain()).toHaveAttribute('aria-disabled', 'false')
    press(plain())
    press(plain())
    await expect.element(plain()).toHaveAccessibleDescription(barred.sending)
    expect(script.changes).toHaveLength(1)
  })

  test('where no answer came, only the same is asked again, under the same key', async () => {
    const { host, script } = await open({ change: messages.problems.noAnswer })
    await plain().click()
    await expect
      .element(page.getByRole('alert').getByText(words.asked.unanswered, { exact: false }))
      .toBeVisible()
    await expect.element(plain()).toHaveAttribute('aria-disabled', 'true')
    await expectAccessible(host)
    script.change = null
    await button(words.asked.again).click()
    await expect.element(step('requested')).toBeVisible()
    const keys = script.changes?.map(({ proof }) => proof.key)
    expect(keys).toHaveLength(2)
    expect(new Set(keys).size).toBe(1)
  })

  test('where no answer came and yet it is on record, it is followed', async () => {
    const { script } = await open({ change: messages.problems.noAnswer })
    await plain().click()
    await expect.element(button(words.asked.again)).toBeVisible()
    const key = script.changes?.[0]?.proof.key ?? ''
    script.worker = sampleWorker({ restart_history: [sampleLine({ request_id: key })] })
    await expect.element(step('healthy')).toBeVisible()
    await expect.element(button(words.asked.again)).not.toBeInTheDocument()
  })

  test('what has changed meanwhile is told, and the next press is another request', async () => {
    const detail = 'the policy state was allowed and is cooldown'
    const problem = { code: 'stale_view', title: 'What you saw has changed', detail }
    const { host, script } = await open({ change: problem })
    await expect.element(plain()).toHaveAttribute('aria-disabled', 'false')
    // Not read again until it is known what came of the press.
    script.worker = 'silent'
    await plain().click()
    await expect
      .element(page.getByRole('alert').getByText(words.asked.changed(detail), { exact: false }))
      .toBeVisible()
    await expect.element(plain()).toHaveAccessibleDescription(barred.reading)
    await expectAccessible(host)
    const policy = { ...sampleWorker().policy_state, attempts_in_window: 1 }
    const version = 's=allowed;a=1;c=1;r=1;g=0-0;p=0'
    script.worker = sampleWorker({ version, policy_state: policy })
    script.change = null
    document.dispatchEvent(new Event('visibilitychange'))
    await expect.element(page.getByText(words.plain.leftAfter(1))).toBeVisible()
    await plain().click()
    await expect.poll(() => script.changes?.at(-1)?.proof.seen).toBe(version)
    const [first, second] = [script.changes?.[0], script.changes?.at(-1)]
    expect(first?.proof.key).not.toBe(second?.proof.key)
  })

  test('a refusal at the desk is told kindly, with when it is worth asking again', async () => {
    const problem = {
      code: 'cooldown_override_required',
      title: 'Refused by policy',
      detail: reasonText('cooldown_override_required'),
      retryAfterMs: 12_000,
    }
    await open({ change: problem })
    await plain().click()
    const said = `${words.asked.refused(problem.detail)} ${words.asked.retryIn('12 s')}`
    await expect.element(page.getByRole('alert').getByText(said, { exact: false })).toBeVisible()
  })
})

describe('WD10 progress', () => {
  const stateOf = async (id: keyof typeof steps, text: string) =>
    expect.element(step(id).getByText(text)).toBeVisible()

  test('requested, signalled, replaced, healthy: each with its time, and whether it helped', async () => {
    const { host, script } = await open()
    await plain().click()
    await stateOf('signalled', states.now)
    await expect.element(plain()).toHaveAccessibleDescription(barred.underWay)
    await expectAccessible(host)
    const key = script.changes?.[0]?.proof.key ?? ''
    const line = sampleLine({ request_id: key, requested_at: ago(-500), success: null, completed_at: null })
    script.worker = sampleWorker({ restart_history: [line] })
    await stateOf('replaced', states.now)
    await stateOf('signalled', words.progress.after('0.5 s'))
    script.worker = sampleWorker({ restart_history: [{ ...line, success: true, completed_at: ago(-4500) }] })
    await stateOf('healthy', words.progress.after('4.5 s'))
    await expect.element(page.getByText(words.progress.helped, { exact: false })).toBeVisible()
    await expectAccessible(host)
    await button(words.progress.close).click()
    await expect.element(step('healthy')).not.toBeInTheDocument()
  })

  test('what was not verified says at which step, and why', async () => {
    const { host, script } = await open()
    await plain().click()
    await stateOf('signalled', states.now)
    const line = sampleLine({
      request_id: script.changes?.[0]?.proof.key ?? '',
      success: false,
      decision_reason: 'restart_timeout',
      detail: '2 of 4 old workers are still there, beside 0 new ones',
    })
    script.worker = sampleWorker({ restart_history: [line] })
    await stateOf('replaced', states.failed)
    await expect.element(page.getByText(/2 of 4 old workers are still there/)).toBeVisible()
    await expectAccessible(host)
  })
})

describe('a session that ends while a reason is typed', () => {
  test('loses nothing; after the sign-in the override is where it was, and can be sent', async () => {
    const { script } = await open({ worker: guardedWorker() })
    await fillOverride()
    script.session = 'nobody'
    await expect.element(page.getByText(signInMessages.notes.ended)).toBeVisible()
    await page.getByLabelText(signInMessages.username).fill('ops')
    await page.getByLabelText(signInMessages.password).fill('x')
    await userEvent.keyboard('{Enter}')
    await expect.element(reason()).toHaveValue('  the pool is stuck ')
    await override().click()
    await expect
      .poll(() => script.changes)
      .toMatchObject([{ what: { override: { reason: 'the pool is stuck' } } }])
  })

  test('also where it ends with the press itself: nobody looked at it', async () => {
    const { script } = await open({ worker: guardedWorker() })
    await fillOverride()
    script.change = { code: 'sign_in_required', title: 'Nobody is signed in', detail: '' }
    await override().click()
    await expect.element(page.getByText(signInMessages.notes.ended)).toBeVisible()
    script.change = null
    await page.getByLabelText(signInMessages.username).fill('ops')
    await page.getByLabelText(signInMessages.password).fill('x')
    await userEvent.keyboard('{Enter}')
    await expect.element(reason()).toHaveValue('  the pool is stuck ')
    await expect.element(override()).toHaveAttribute('aria-disabled', 'false')
  })
})
