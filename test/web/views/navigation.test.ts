/** SH3, SH6, SH7: the page *Navigation* on an agent whose answers a test decides. */
import { expect, test } from 'vitest'
import { page } from 'vitest/browser'
import { unexplained, type SwitchFile } from '#domain/navigation/kill-switch.ts'
import { PROOF_WORDS } from '#domain/navigation/proof-words.ts'
import { SWITCH_WORDS } from '#domain/navigation/switch-words.ts'
import { BARRED_WORDS, REASON_MISSING } from '#domain/policy/act-words.ts'
import type { NavigationChanged } from '#domain/schemas/navigation-api.ts'
import { navigationMessages } from '#web/messages-navigation.ts'
import { messages } from '#web/messages.ts'
import { accountMessages } from '#web/messages-account.ts'
import { OPERATOR, openConsole, type Script } from '../console.ts'
import { expectAccessible } from '../mount.ts'
import { sampleHealth } from '../sample-health.ts'
import { reportOf } from '../sample-navigation.ts'
import { SAMPLE_STATUS } from '../sample-status.ts'

const { page: words } = navigationMessages
const runtimeFile = (route: SwitchFile['route']): SwitchFile => ({
  place: 'state',
  kind: 'runtime',
  route,
  ...unexplained(null),
  reason: '<b>its table</b>',
  by: 'user:ops',
})
const DONE: NavigationChanged = {
  change: 'engaged',
  route: 'audit',
  by: 'user:ops',
  replayed: false,
  recorded: true,
  event_id: '1',
  written: [],
  removed: [],
  holds: [],
  notes: [],
}

const open = (over: Partial<Script> = {}) =>
  openConsole(
    {
      health: sampleHealth(),
      status: SAMPLE_STATUS,
      page: 'silent',
      navigation: reportOf(),
      navigationChanged: DONE,
      ...over,
    },
    '/navigation',
  )
const part = (name: string) => page.getByRole('region', { name })
const engage = () => part(SWITCH_WORDS.heading).getByRole('button', { name: SWITCH_WORDS.engage })
const release = () => part(SWITCH_WORDS.heading).getByRole('button', { name: SWITCH_WORDS.release })

test('SH6 SH7 who has left stands in rows, the oldest that has not in words, and the rollback beside its target', async () => {
  const { host } = await open()
  const proof = part(PROOF_WORDS.heading)
  await expect.element(proof.getByRole('row', { name: 'tabs, signed in 7 6 0 1' })).toBeVisible()
  await expect.element(proof.getByText(/^1 of 9 tabs still had the console open/)).toBeVisible()
  await expect.element(proof.getByText(/^Outstanding longest: a tab, signed in/)).toBeVisible()
  await expect.element(part(words.rollback.heading).getByText(/succeeded in 1\.3 s of 30\.0 s/)).toBeVisible()
  await expectAccessible(host)
})

test('SH3 a page is taken out with its reason by one request, however often the button is pressed', async () => {
  const { script } = await open()
  await expect.element(engage()).toHaveAccessibleDescription(REASON_MISSING)
  await part(SWITCH_WORDS.heading).getByLabelText(SWITCH_WORDS.what).selectOptions('Audit')
  await part(SWITCH_WORDS.heading).getByLabelText(SWITCH_WORDS.reason).fill('table does not load')
  await engage().dblClick()
  await expect.element(page.getByText(`${SWITCH_WORDS.done.engaged}.`)).toBeVisible()
  expect(script.changes?.map(({ what }) => what)).toEqual([
    { engaged: true, route: 'audit', reason: 'table does not load' },
  ])
  expect(script.changes?.[0]?.proof.csrf).toBe(OPERATOR.csrf_token)
})

test('SH3 what holds each page is told as text; what is out already is only put back', async () => {
  const { host } = await open({ navigation: reportOf([runtimeFile('audit')]) })
  const held = part(words.routes.heading).getByText(
    /^navigation\.off\.runtime\.d.audit in .*<b>its table<.b>/,
  )
  await expect.element(held).toBeVisible()
  await part(SWITCH_WORDS.heading).getByLabelText(SWITCH_WORDS.what).selectOptions('Audit')
  await expect.element(engage()).toHaveAccessibleDescription(words.barred.isOut)
  await expect.element(release()).toHaveAccessibleDescription(REASON_MISSING)
  await expectAccessible(host)
})

test('SH3 what the host holds is not offered for release from here', async () => {
  await open({ navigation: reportOf([{ ...runtimeFile(null), kind: 'hard' }]) })
  await expect.element(release()).toHaveAccessibleDescription(SWITCH_WORDS.hardHolds)
})

test('SE5 a viewer sees everything, and why nothing can be changed', async () => {
  const { script } = await open({ session: { ...OPERATOR, role: 'viewer' } })
  await expect.element(engage()).toHaveAccessibleDescription(BARRED_WORDS.role(accountMessages.roles.viewer))
  await engage().click({ force: true })
  expect(script.changes ?? []).toEqual([])
})

test('WD17 a change without an answer is sent again as it was, under the same key', async () => {
  const { script, host } = await open({ change: messages.problems.noAnswer })
  await part(SWITCH_WORDS.heading).getByLabelText(SWITCH_WORDS.reason).fill('blank page')
  await engage().click()
  await expect.element(page.getByText(/It may have been done all the same/)).toBeVisible()
  // Whatever is chosen and typed since: what would be sent stands beside the button.
  await part(SWITCH_WORDS.heading).getByLabelText(SWITCH_WORDS.what).selectOptions('Audit')
  await part(SWITCH_WORDS.heading).getByLabelText(SWITCH_WORDS.reason).fill('another')
  const same = words.same(SWITCH_WORDS.engage, SWITCH_WORDS.allRoutes, 'blank page')
  await expect.element(page.getByText(same)).toBeVisible()
  await expectAccessible(host)
  script.change = null
  await page.getByRole('button', { name: words.again }).click()
  await expect.element(page.getByText(`${SWITCH_WORDS.done.engaged}.`)).toBeVisible()
  const [first, second] = script.changes ?? []
  expect(second).toEqual(first)
})

test('WD17 it may be given up, and the next change is another one', async () => {
  const { script } = await open({ change: messages.problems.noAnswer })
  await part(SWITCH_WORDS.heading).getByLabelText(SWITCH_WORDS.reason).fill('blank page')
  await engage().click()
  await page.getByRole('button', { name: words.giveUp }).click()
  script.change = null
  await engage().click()
  await expect.element(page.getByText(`${SWITCH_WORDS.done.engaged}.`)).toBeVisible()
  const [first, second] = script.changes ?? []
  expect(second?.proof.key).not.toBe(first?.proof.key)
})

test('BI1 an agent that does not answer is told, and nothing is shown as live', async () => {
  const { host } = await open({ navigation: 'silent' })
  await expect.element(page.getByText(`${messages.problems.noAnswer.title}.`).first()).toBeVisible()
  await expectAccessible(host)
})
