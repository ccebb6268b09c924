/** AU3: the audit page on an agent whose answers a test decides. */
import { describe, expect, test } from 'vitest'
import { page } from 'vitest/browser'
import { actionText } from '#domain/audit/actions.ts'
import type { AuditVerification } from '#domain/schemas/audit-api.ts'
import { auditExportAddress } from '#web/api/audit-export.ts'
import { pageMessages } from '#web/messages-page.ts'
import { observeMessages } from '#web/messages-observe.ts'
import { recoverMessages } from '#web/messages-recover.ts'
import { boundOf, localInput, queryIn } from '#web/views/recover/audit-query.ts'
import { openConsole, type Script } from '../console.ts'
import { expectAccessible } from '../mount.ts'
import { rawPage } from '../raw-page.ts'
import { auditRow } from '../sample-audit.ts'
import { sampleHealth } from '../sample-health.ts'
import { ago } from '../sample-worker.ts'
import { SAMPLE_STATUS } from '../sample-status.ts'

const CALM: Script = { health: sampleHealth(), status: SAMPLE_STATUS, page: rawPage() }
const { audit: words } = recoverMessages

const open = (script: Partial<Script> = {}, path = '/audit') => openConsole({ ...CALM, ...script }, path)
const trail = () => page.getByRole('region', { name: words.rows.heading })
const button = (name: string) => page.getByRole('button', { name, exact: true })

test('a row says when, who, what, which decision and why; the rest of it on demand', async () => {
  const { host } = await open({ audit: { rows: [auditRow()], next: null } })
  await expect.element(trail().getByText(actionText('guard_released'))).toBeVisible()
  await expect.element(trail().getByText('the pool is mended')).toBeVisible()
  await expect.element(trail().getByText('f00d')).not.toBeInTheDocument()
  await expectAccessible(host)
  await trail()
    .getByRole('button', { name: /^Details of “guard released”/ })
    .click()
  await expect.element(trail().getByText('f00d')).toBeVisible()
  const { policyStates: states } = observeMessages
  await expect.element(trail().getByText(words.details.change(states.guarded, states.allowed))).toBeVisible()
  await expectAccessible(host)
})

test('a row of a newer release, or robbed of its time, is shown as it is', async () => {
  const odd = auditRow({ time: 'no time', action: 'something_new', decision: 'postponed' })
  const { host } = await open({ audit: { rows: [odd], next: null } })
  await expect.element(trail().getByText('something_new')).toBeVisible()
  await expect.element(trail().getByText('postponed')).toBeVisible()
  await expectAccessible(host)
})

test('older rows come on demand, below those that are there, until there are no more', async () => {
  const audit = { rows: [auditRow()], next: 'agent.6' }
  const { host, script } = await open({ audit })
  await expect.element(button(words.rows.older)).toBeVisible()
  script.audit = { rows: [auditRow({ id: 'a.0', seq: 6 })], next: null }
  await button(words.rows.older).click()
  await expect.poll(() => host.querySelectorAll('tbody tr').length).toBe(2)
  expect(script.auditAsked).toEqual([
    { query: {}, cursor: null },
    { query: {}, cursor: 'agent.6' },
  ])
  await expect.element(trail().getByText(words.rows.end)).toBeVisible()
})

describe('the filter', () => {
  test('stands in the address, narrows what is asked for, and goes into the exports', async () => {
    const { host, router, script } = await open({ audit: { rows: [auditRow()], next: null } })
    await page.getByText(words.filter.heading, { exact: true }).first().click()
    await page.getByRole('textbox', { name: words.filter.actor }).fill('user:ops')
    await page.getByLabelText(words.filter.action, { exact: true }).selectOptions('outcome')
    await page.getByLabelText(words.filter.from, { exact: true }).fill('2026-11-26T10:00:00')
    await button(words.filter.apply).click()
    const from = boundOf('from', '2026-11-26T10:00:00', undefined)
    const query = { actor: 'user:ops', action: 'outcome', from }
    await expect.poll(() => script.auditAsked?.at(-1)?.query).toEqual(query)
    expect(router.currentRoute.value.query).toEqual(query)
    const link = [...host.querySelectorAll('a')].find(({ download }) => download.endsWith('.csv'))
    expect(link?.getAttribute('href')).toBe(auditExportAddress(query, 'csv'))
    await button(words.filter.clear).click()
    await expect.poll(() => script.auditAsked?.at(-1)?.query).toEqual({})
  })

  test('comes from a colleague’s link', async () => {
    const { script } = await open({}, '/audit?decision=blocked&text=pool&sort=up')
    await expect
      .poll(() => script.auditAsked)
      .toEqual([{ query: { decision: 'blocked', text: 'pool' }, cursor: null }])
    await expect.element(page.getByRole('textbox', { name: words.filter.text })).toHaveValue('pool')
    await expect.element(page.getByLabelText(words.filter.decision, { exact: true })).toHaveValue('blocked')
  })

  test('reads nothing into what is none', () => {
    expect(queryIn({ actor: ['a', 'b'], text: '  ', request: ' abc ', other: 'x' })).toEqual({
      request: 'abc',
    })
    expect(boundOf('from', '', undefined)).toBe('')
    expect(localInput('no time')).toBe('')
    expect(boundOf('from', localInput('2026-11-26T10:00:00.000Z'), undefined)).toBe(
      '2026-11-26T10:00:00.000Z',
    )
  })
})

describe('states of the data', () => {
  test('empty, and empty under a filter, are different sentences', async () => {
    const { host, router } = await open()
    await expect.element(trail().getByText(words.rows.empty)).toBeVisible()
    await router.push('/audit?text=nowhere')
    await expect.element(trail().getByText(words.rows.emptyFiltered)).toBeVisible()
    await expectAccessible(host)
  })

  test('a failure says so, and keeps the rows that were read before', async () => {
    const { host, script } = await open({ audit: { rows: [auditRow()], next: null } })
    await expect.element(trail().getByText('the pool is mended')).toBeVisible()
    script.audit = 'silent'
    await button(words.rows.again).click()
    await expect.element(trail().getByText(/The rows below are as they were read before/)).toBeVisible()
    await expect.element(trail().getByText('the pool is mended')).toBeVisible()
    await expectAccessible(host)
  })

  test('forbidden names the role, and claims no failure', async () => {
    const problem = {
      code: 'role_too_low',
      title: 'This role may not do that',
      detail: 'it takes an operator',
    }
    const { host } = await open({ audit: problem })
    await expect.element(trail().getByText(pageMessages.forbiddenTitle)).toBeVisible()
    await expectAccessible(host)
  })
})

describe('AU2 the chains', () => {
  const verification: AuditVerification = {
    ok: true,
    journals: [
      {
        journal: 'agent',
        file: 'agent.journal',
        rows: 12,
        last: { seq: 12, hash: 'aa' },
        pruned: null,
        fault: null,
      },
    ],
    cannot_find: ['a cut at the very end'],
    reasons: [],
    checked_at: ago(0),
  }

  test('that they hold is said together with what the check cannot find', async () => {
    const { host } = await open({ verification })
    await button(words.verify.button).click()
    await expect.element(page.getByText(words.verify.ok)).toBeVisible()
    await expect.element(page.getByText(/a cut at the very end/)).toBeVisible()
    await expectAccessible(host)
  })

  test('the row that does not fit is named', async () => {
    const fault = { seq: 5, kind: 'hash', detail: 'it was changed after it was written' }
    const journals = verification.journals.map((journal) => ({ ...journal, fault }))
    const { host } = await open({ verification: { ...verification, ok: false, journals } })
    await button(words.verify.button).click()
    await expect.element(page.getByText(words.verify.broken)).toBeVisible()
    await expect.element(page.getByText(words.verify.fault(5, fault.detail))).toBeVisible()
    await expectAccessible(host)
  })

  test('a check that could not be made is no verdict', async () => {
    await open({ verification: 'silent' })
    await button(words.verify.button).click()
    await expect.element(page.getByText(/^Not verified\./)).toBeVisible()
  })
})
