/** MG6: the Gates page on an agent whose answers a test decides. */
import { expect, test } from 'vitest'
import { page } from 'vitest/browser'
import { NOTHING_PROMOTED } from '#domain/release/promotion.ts'
import { GATE_IDS, gateSpec } from '#domain/release/gates.ts'
import { gatesMessages as words } from '#web/messages-gates.ts'
import { BUILD, evidenceOf, NOW, readingOf } from '../../domain/release/sample-evidence.ts'
import { openConsole } from '../console.ts'
import { expectAccessible } from '../mount.ts'
import { rawPage } from '../raw-page.ts'
import { sampleGates, type Told } from '../sample-gates.ts'
import { sampleHealth } from '../sample-health.ts'
import { SAMPLE_STATUS } from '../sample-status.ts'

function open(told: Told = {}) {
  const gates = sampleGates(told)
  return openConsole({ health: sampleHealth(), status: SAMPLE_STATUS, page: rawPage(), gates }, '/gates')
}

const region = (name: string) => page.getByRole('region', { name })

test('MG6 with every gate passed it says that nothing stands before a cutover, and its command', async () => {
  const { host } = await open()
  await expect.element(page.getByText(words.ready)).toBeVisible()
  await expect
    .element(region(words.blocks.heading).getByText(words.blocks.cutover, { exact: true }))
    .toBeVisible()
  await expect.element(region(words.gates.heading).getByText(words.gates.count(10, 10))).toBeVisible()
  for (const id of GATE_IDS) {
    await expect.element(page.getByRole('heading', { name: gateSpec(id).title })).toBeVisible()
  }
  await expectAccessible(host)
})

test('MG6 each block is told with what takes it away, and a failed gate with what it found', async () => {
  const findings = [{ code: 'link_broken', message: 'README.md: the link a.md leads to no file', mend: null }]
  const figures = [{ name: 'documents', value: 33, unit: null, limit: null }]
  const failed = readingOf(evidenceOf('documentation', { outcome: 'failed', findings, figures }))
  const { host } = await open({ readings: { documentation: failed, rehearsal: { kind: 'none' } } })
  await expect.element(page.getByText(words.blocked(2))).toBeVisible()
  const blocks = region(words.blocks.heading)
  await expect
    .element(blocks.getByText('documentation: README.md: the link a.md leads to no file'))
    .toBeVisible()
  await expect.element(blocks.getByText('holdfast gates run --only rehearsal')).toBeVisible()
  await page.getByText(words.gates.more('Documentation')).click()
  await expect.element(page.getByText('33', { exact: true })).toBeVisible()
  await expectAccessible(host)
})

test('MG3 a waiver stays in sight, with who answers for it and why', async () => {
  const { commit, build_hash } = BUILD
  const waiver = {
    gate: 'rehearsal',
    name: 'Ana Roe',
    reason: 'see 4711',
    until: NOW + 3_600_000,
    commit,
    build_hash,
  }
  await open({ readings: { rehearsal: { kind: 'none' } }, waivers: [waiver] })
  await expect.element(page.getByText(words.gates.verdicts.waived)).toBeVisible()
  await expect.element(page.getByText(/Ana Roe answers for it until .* see 4711/)).toBeVisible()
  await expect.element(page.getByText(words.ready)).toBeVisible()
})

test('MG3 a build that was rolled back, an unfinished cutover and a late rollback are told', async () => {
  const { commit, build_hash } = BUILD
  const named = { commit, build_hash, at: NOW - 60_000, by: 'local:ops' }
  const before = { release: '1', classic: true }
  await open({
    promotion: {
      ...NOTHING_PROMOTED,
      held: [{ ...named, reason: 'errors since the cutover' }],
      unfinished: {
        ...named,
        act: 'cutover',
        release: '2',
        steps: ['release', 'navigation'],
        done: ['release'],
        before,
      },
      last_rollback: { at: NOW - 60_000, took_ms: 41_000, target_ms: 30_000, verified: true },
    },
  })
  const live = region(words.live.heading)
  await expect.element(live.getByText(/rolled back by local:ops\. errors since the cutover/)).toBeVisible()
  await expect.element(live.getByText(words.live.unfinished('cutover', 'navigation'))).toBeVisible()
  await expect.poll(() => live.element().textContent).toContain('took 41 s, longer than it may')
  await expect.element(region(words.blocks.heading).getByText(/--again --reason/)).toBeVisible()
})
