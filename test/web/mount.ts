/// <reference types="vite/client" />
import '#web/tokens.css'
import '#web/base.css'
import axe from 'axe-core'
import { afterEach, expect } from 'vitest'
import { cdp } from 'vitest/browser'
import { type App, type Component, createApp, h, type Slots } from 'vue'

const mounted: { app: App; host: HTMLElement }[] = []

afterEach(() => {
  for (const { app, host } of mounted.splice(0)) {
    app.unmount()
    host.remove()
  }
  delete document.documentElement.dataset.theme
})

interface MountOptions {
  props?: Record<string, unknown>
  slots?: Record<string, () => unknown>
  prepare?: (app: App) => void
}

/** Mounts into the page, as a reader would meet it; taken away again after the test. */
export function mount(
  component: Component,
  { props = {}, slots = {}, prepare }: MountOptions = {},
): HTMLElement {
  const host = document.createElement('div')
  document.body.append(host)
  const app = createApp({ render: () => h(component, props, slots as Partial<Slots>) })
  // A warning of Vue's is a defect: an unknown prop, a missing injection, a failed render.
  app.config.warnHandler = (message) => {
    throw new Error(message)
  }
  prepare?.(app)
  app.mount(host)
  mounted.push({ app, host })
  return host
}

/** What another theme may break; all other rules speak of what is the same in each. */
const RULES_OF_COLOUR = ['color-contrast', 'link-in-text-block']

const LOOKS = [
  { name: 'light', theme: 'light', forced: 'none', only: null },
  { name: 'dark', theme: 'dark', forced: 'none', only: RULES_OF_COLOUR },
  { name: 'high contrast', theme: 'light', forced: 'active', only: RULES_OF_COLOUR },
] as const

/** No violation of the rules, in any theme; page-wide rules only where a page is checked. */
export async function expectAccessible(host: HTMLElement): Promise<void> {
  const found: string[] = []
  for (const { name, theme, forced, only } of LOOKS) {
    document.documentElement.dataset.theme = theme
    await forceColours(forced)
    const { violations } = await axe.run(host, {
      resultTypes: ['violations'],
      ...(only === null ? { rules: { region: { enabled: false } } } : { runOnly: [...only] }),
    })
    found.push(
      ...violations.map(({ id, nodes }) => `${name}: ${id}: ${nodes.map(({ html }) => html).join(' ')}`),
    )
  }
  await forceColours('none')
  expect(found).toEqual([])
}

interface Emulation {
  send(
    method: 'Emulation.setEmulatedMedia',
    how: { features: { name: string; value: string }[] },
  ): Promise<unknown>
}

async function forceColours(value: 'none' | 'active'): Promise<void> {
  const features = [{ name: 'forced-colors', value }]
  await (cdp() as unknown as Emulation).send('Emulation.setEmulatedMedia', { features })
}
