/// <reference types="vite/client" />
import '#web/tokens.css'
import '#web/base.css'
import axe from 'axe-core'
import { afterEach, expect } from 'vitest'
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

/** No violation of the rules, in either theme; page-wide rules only where a page is checked. */
export async function expectAccessible(host: HTMLElement): Promise<void> {
  for (const theme of ['light', 'dark']) {
    document.documentElement.dataset.theme = theme
    const { violations } = await axe.run(host, { rules: { region: { enabled: false } } })
    expect(
      violations.map(({ id, nodes }) => `${theme}: ${id}: ${nodes.map(({ html }) => html).join(' ')}`),
    ).toEqual([])
  }
}
