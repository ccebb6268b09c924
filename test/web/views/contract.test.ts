/** The Runtime contract page, and what its drift does to a restart, on an agent whose answers a test decides. */
import { describe, expect, test } from 'vitest'
import { page } from 'vitest/browser'
import { ladder } from '#domain/policy/ladder.ts'
import { reasonText, warningText } from '#domain/policy/reason-words.ts'
import { contractMessages as words } from '#web/messages-contract.ts'
import { recoverMessages } from '#web/messages-recover.ts'
import { openConsole, type Script } from '../console.ts'
import { expectAccessible } from '../mount.ts'
import { rawPage } from '../raw-page.ts'
import { sampleContract, sampleItem } from '../sample-contract.ts'
import { sampleHealth } from '../sample-health.ts'
import { sampleWorker } from '../sample-worker.ts'
import { SAMPLE_STATUS } from '../sample-status.ts'

const CALM: Script = { health: sampleHealth(), status: SAMPLE_STATUS, page: rawPage() }
const SOURCE = '/etc/systemd/system/holdfast-target.service.d/50-x.conf:2'
const MEND = "sed -i '2,2s/.*//' /etc/systemd/system/holdfast-target.service.d/50-x.conf"
const DRIFT = sampleItem({ state: 'drift', found: 'root', source: SOURCE, mend: MEND })
const UNCHECKED = sampleItem({
  scope: 'running',
  what: 'holdfast-watchdog.service: release',
  state: 'not_checked',
  expected: null,
  found: null,
  why: 'not readable for this account',
})
const FAILED = { code: 'check_failed', title: 'No check', detail: 'it was ended by SIGKILL.' }

const open = (script: Partial<Script> = {}, path = '/contract') => openConsole({ ...CALM, ...script }, path)
const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true })

test('RC3 as written down: said, with the age of the check and all that it looked at', async () => {
  const { host } = await open()
  await expect.element(page.getByText(words.verdicts.ok)).toBeVisible()
  await expect.element(page.getByText(words.drift.none)).toBeVisible()
  await expect.element(page.getByText(/^1[2-4] s ago, in 80 ms$/)).toBeVisible()
  await page.getByText(words.rest.show(1)).click()
  await expect.element(page.getByRole('row').filter({ hasText: 'User=' })).toBeVisible()
  await expectAccessible(host)
})

test('RC5 drift: what, both sides, where they were read, and the command that mends it, to be copied', async () => {
  const { host } = await open({ contract: sampleContract({ items: [sampleItem(), DRIFT, UNCHECKED] }) })
  await expect.element(page.getByText(words.verdicts.drift(1))).toBeVisible()
  const [finding, unchecked] = [
    page.getByRole('listitem').filter({ hasText: MEND }),
    page.getByRole('listitem').filter({ hasText: 'not readable' }),
  ]
  for (const text of ['root', words.item.readIn(SOURCE), words.item.holds]) {
    await expect.element(finding.getByText(text, { exact: true })).toBeVisible()
  }
  await expect.element(unchecked.getByText(words.states.not_checked)).toBeVisible()
  await expect.element(unchecked.getByText(words.item.holds)).not.toBeInTheDocument()
  await button(words.item.copyOf(MEND)).click()
  await expect.element(finding.getByRole('status')).toHaveTextContent(words.item.copied)
  await expectAccessible(host)
})

test('a mend that is a sentence is none to be pasted', async () => {
  const mend = 'correct /etc/nginx/conf.d/holdfast.conf, then: nginx -t'
  await open({ contract: sampleContract({ items: [sampleItem({ state: 'drift', scope: 'nginx', mend })] }) })
  await expect.element(page.getByText(mend)).toBeVisible()
  await expect.element(button(words.item.copyOf(mend))).not.toBeInTheDocument()
})

test('RC3 what was mended is checked again at once; a check that fails leaves what was known, and says so', async () => {
  const { script } = await open({ contract: sampleContract({ items: [DRIFT] }) })
  await expect.element(page.getByText(words.verdicts.drift(1))).toBeVisible()
  script.contract = sampleContract()
  await button(words.check.again).click()
  await expect.element(page.getByText(words.verdicts.ok)).toBeVisible()
  expect(script.contractAsked).toEqual(['kept', 'anew'])
  script.contract = FAILED
  await button(words.check.again).click()
  await expect.element(page.getByText(words.check.failed(FAILED.title, FAILED.detail))).toBeVisible()
  await expect.element(page.getByText(words.drift.none)).toBeVisible()
})

test('SH2 a check that cannot be made is no empty list', async () => {
  const { host } = await open({ contract: FAILED })
  await expect.element(page.getByText(FAILED.detail, { exact: false })).toBeVisible()
  await expect.element(page.getByText(words.drift.none)).not.toBeInTheDocument()
  await expectAccessible(host)
})

describe('RC5 before a restart of the service', () => {
  const { restart } = recoverMessages
  const rungs = ladder({
    tried: [
      { rung: 'reload', success: true, helped: false },
      { rung: 'roll', success: true, helped: false },
    ],
    service: { kind: 'available' },
  })
  const worker = sampleWorker({ watchdog: { ...sampleWorker().watchdog, rungs } })
  const plain = () => button(restart.buttons.service())
  const drifted = sampleContract({ items: [DRIFT] })

  async function choose(script: Partial<Script>) {
    const opened = await open({ worker, ...script }, '/restart')
    await page.getByRole('radio').nth(2).click()
    return opened
  }

  test('drift refuses it beforehand, with the way to the mend, and an override beside it', async () => {
    const { host, script } = await choose({ contract: drifted })
    await expect.element(page.getByText(reasonText('contract_drift'), { exact: false })).toBeVisible()
    await expect.element(page.getByText(words.restart.driftTitle(1))).toBeVisible()
    await expect.element(page.getByRole('link', { name: words.restart.link })).toBeVisible()
    await expect.element(plain()).toHaveAttribute('aria-disabled', 'true')
    await button(restart.override.open).click()
    const costs = restart.override.costs['contract_drift'] ?? 'none'
    await expect.element(page.getByText(costs)).toBeVisible()
    await expectAccessible(host)
    await page.getByRole('textbox', { name: restart.override.reason }).fill('it is known')
    await page
      .getByRole('textbox', { name: restart.override.typeName('reports.service') })
      .fill('reports.service')
    await button(restart.overrides.service()).click()
    await expect
      .poll(() => script.changes)
      .toMatchObject([{ what: { rung: 'service', override: { reason: 'it is known' } } }])
  })

  test('where it is not enforced it is a warning', async () => {
    await choose({ contract: { ...drifted, enforced: false } })
    await expect.element(page.getByText(warningText('contract_drift'))).toBeVisible()
    await expect.element(plain()).toHaveAttribute('aria-disabled', 'false')
  })

  test('unchecked it is refused as well, and says why', async () => {
    await choose({ contract: FAILED })
    await expect.element(page.getByText(words.restart.failedTitle)).toBeVisible()
    await expect.element(plain()).toHaveAttribute('aria-disabled', 'true')
  })

  test('a reload asks for no check: it keeps what runs', async () => {
    const { script } = await open({ worker, contract: drifted }, '/restart')
    await expect
      .element(button(restart.buttons.reload('4 workers')))
      .toHaveAttribute('aria-disabled', 'false')
    expect(script.contractAsked).toBeUndefined()
  })
})
