/** SH8: what the agent tells by itself reaches the page at once; the polls go on as the net. */
import { expect, test } from 'vitest'
import { page } from 'vitest/browser'
import { nextTick } from 'vue'
import { verdictOf } from '#domain/health/verdict.ts'
import type { Health } from '#domain/schemas/health.ts'
import type { LiveHearer } from '#web/api/agent-api.ts'
import { readHealth } from '#web/api/health-reading.ts'
import { connectionMessages } from '#web/messages-connection.ts'
import { signInMessages } from '#web/messages-sign-in.ts'
import { openConsole, type Script } from '../console.ts'
import { rawPage } from '../raw-page.ts'
import { sampleHealth } from '../sample-health.ts'
import { SAMPLE_STATUS } from '../sample-status.ts'

const CALM: Script = { health: sampleHealth(), status: SAMPLE_STATUS, page: rawPage() }
const title = () => page.getByRole('heading', { level: 1 })
const at = (second: number) => `2026-11-21T02:00:${String(second).padStart(2, '0')}.000Z`

/** The console after its first poll, which has seen what is true at second 30. */
async function openListening(path?: string): Promise<{ script: Script; hearer: LiveHearer }> {
  const { script } = await openConsole({ ...CALM, health: sampleHealth({ checked_at: at(30) }) }, path)
  await expect.poll(() => script.live).toBeDefined()
  const hearer = script.live as LiveHearer
  hearer.changed(true)
  return { script, hearer }
}

function tell(hearer: LiveHearer, health: Health) {
  hearer.heard({ kind: 'health', reading: readHealth(health) })
}

const FULL = sampleHealth({ status: 'degraded', degraded_reason: 'pool_saturated', checked_at: at(31) })
const FULL_HEADLINE = verdictOf(FULL, { watchdogRunning: true }).headline

test('OB4 a health that is told is the verdict at once', async () => {
  const { script, hearer } = await openListening()
  // Nothing else can have told it.
  script.health = 'silent'
  tell(hearer, FULL)
  await expect.element(title()).toHaveTextContent(`Overview: ${FULL_HEADLINE}`)
})

test('OB4 a health that is told again and older than what was read does not come back', async () => {
  const { hearer } = await openListening()
  const before = title().element().textContent
  tell(hearer, { ...FULL, checked_at: at(29) })
  // What was taken would be seen by now.
  await nextTick()
  expect(title().element().textContent).toBe(before)
  tell(hearer, FULL)
  await expect.element(title()).toHaveTextContent(`Overview: ${FULL_HEADLINE}`)
})

test.each(['policy', 'restarts'] as const)('OB4 %s makes the watchdog’s state be read now', async (kind) => {
  const { script, hearer } = await openListening('/watchdog')
  await expect.element(title()).toBeVisible()
  let reads = 0
  Object.defineProperty(script, 'worker', { get: () => void (reads += 1) })
  await expect.poll(() => reads).toBeGreaterThan(0)
  const before = reads
  hearer.heard({ kind })
  await expect.poll(() => reads, { interval: 10, timeout: 500 }).toBeGreaterThan(before)
})

test('OB4 audit makes the newest page of the trail be read again', async () => {
  const { script, hearer } = await openListening('/audit')
  await expect.poll(() => script.auditAsked?.length).toBe(1)
  hearer.heard({ kind: 'audit' })
  await expect.poll(() => script.auditAsked?.length).toBe(2)
})

test('SH8 a session that the stream found ended is asked for, and the sign-in shown', async () => {
  const { script, hearer } = await openListening()
  script.session = 'nobody'
  hearer.signedOut()
  await expect.element(page.getByText(signInMessages.notes.ended)).toBeVisible()
  // Who is signed out hears no more.
  await expect.poll(() => script.live).toBeUndefined()
})

test('SH2 the connection says whether changes are told or asked for', async () => {
  const { hearer } = await openListening()
  await page.getByRole('button', { name: /^live, / }).click()
  const details = page.getByRole('region', { name: connectionMessages.heading })
  await expect.element(details.getByText(connectionMessages.told)).toBeVisible()
  hearer.changed(false)
  await expect.element(details.getByText(connectionMessages.asked)).toBeVisible()
})
