/** SH1: the command palette, by keyboard alone. */
import { expect, test } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { NAVIGATION } from '#domain/navigation/manifest.ts'
import { messages } from '#web/messages.ts'
import { accountMessages } from '#web/messages-account.ts'
import { paletteMessages } from '#web/messages-palette.ts'
import { signInMessages } from '#web/messages-sign-in.ts'
import { OPERATOR, openConsole, type Script } from '../console.ts'
import { expectAccessible } from '../mount.ts'
import { rawPage } from '../raw-page.ts'
import { sampleHealth } from '../sample-health.ts'
import { SAMPLE_STATUS } from '../sample-status.ts'

const CALM: Script = { health: sampleHealth(), status: SAMPLE_STATUS, page: rawPage() }
const palette = () => page.getByRole('dialog', { name: paletteMessages.title })
const field = () => page.getByRole('combobox', { name: paletteMessages.field })
const option = (name: string) => page.getByRole('option', { name: new RegExp(`^${name} `) })

async function openPalette(script: Script = CALM) {
  const opened = await openConsole({ ...script })
  await expect.element(page.getByRole('heading', { level: 1 })).toBeVisible()
  await userEvent.keyboard('{Control>}k{/Control}')
  await expect.element(field()).toHaveFocus()
  return opened
}

test('SH1 every page of the manifest is a few letters and Enter away, and the focus goes to its heading', async () => {
  const { host, router } = await openPalette({ ...CALM, session: { ...OPERATOR, role: 'admin' } })
  for (const { title } of NAVIGATION) await expect.element(option(title)).toBeInTheDocument()
  await expectAccessible(host)
  await userEvent.keyboard('aud{Enter}')
  await expect.poll(() => router.currentRoute.value.name).toBe('audit')
  await expect.element(palette()).not.toBeInTheDocument()
  await expect.element(page.getByRole('heading', { level: 1 })).toHaveFocus()
})

test('SH1 the arrows choose, and go round', async () => {
  await openPalette()
  await userEvent.keyboard('colours{ArrowUp}')
  await expect
    .element(option(`${messages.theme.label}: ${messages.theme.dark}`))
    .toHaveAttribute('aria-selected', 'true')
  await userEvent.keyboard('{Enter}')
  await expect.poll(() => document.documentElement.dataset.theme).toBe('dark')
  // The same choice, where else it is made.
  await expect.element(page.getByLabelText(messages.theme.label)).toHaveValue('dark')
  localStorage.clear()
})

test('SH1 Escape leaves everything as it was, and gives the focus back', async () => {
  await openConsole({ ...CALM })
  const button = page.getByRole('button', { name: messages.palette.open })
  await button.click()
  await expect.element(field()).toHaveFocus()
  await userEvent.keyboard('nothing like it')
  await expect.element(palette().getByText(paletteMessages.none)).toBeVisible()
  await userEvent.keyboard('{Escape}')
  await expect.element(palette()).not.toBeInTheDocument()
  await expect.element(button).toHaveFocus()
})

test('SH1 signing out is a command; who is signed out is offered no page', async () => {
  await openPalette()
  await userEvent.keyboard('sign out{Enter}')
  await expect.element(page.getByText(signInMessages.notes.signed_out)).toBeVisible()
  await userEvent.keyboard('{Control>}k{/Control}')
  await expect.element(option(`${messages.theme.label}: ${messages.theme.dark}`)).toBeVisible()
  await expect.element(option(accountMessages.session.signOut)).not.toBeInTheDocument()
  for (const { title } of NAVIGATION) await expect.element(option(title)).not.toBeInTheDocument()
})
