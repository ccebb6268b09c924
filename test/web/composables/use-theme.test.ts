import { afterEach, expect, test } from 'vitest'
import { page } from 'vitest/browser'
import { messages } from '#web/messages.ts'
import { openConsole } from '../console.ts'
import { rawPage } from '../raw-page.ts'
import { sampleHealth } from '../sample-health.ts'
import { SAMPLE_STATUS } from '../sample-status.ts'

afterEach(() => localStorage.clear())

const open = () => openConsole({ health: sampleHealth(), status: SAMPLE_STATUS, page: rawPage() })
const theme = () => document.documentElement.dataset.theme

test('the choice of colours holds at once and after a reload; the system’s needs no mark', async () => {
  await page.viewport(360, 720)
  await open()
  expect(theme()).toBeUndefined()
  // Narrow screens fold the navigation.
  await page.getByRole('button', { name: messages.menu }).click()
  const choice = page.getByLabelText(messages.theme.label)
  await choice.selectOptions(messages.theme.dark)
  expect(theme()).toBe('dark')
  expect(localStorage.getItem('holdfast.theme')).toBe('dark')
  await choice.selectOptions(messages.theme.system)
  expect(theme()).toBeUndefined()
})

test('a choice kept from before is taken up', async () => {
  localStorage.setItem('holdfast.theme', 'light')
  await open()
  expect(theme()).toBe('light')
  await expect.element(page.getByLabelText(messages.theme.label)).toHaveValue('light')
})
