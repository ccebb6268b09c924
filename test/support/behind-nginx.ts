/** The console as people from elsewhere meet it: a release of its own, its agent, a real nginx, a real browser. */
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { freeTcpPort } from '#agent/start/free-port.ts'
import { openBrowser } from './browser.ts'
import { run, scratch, type Scratch } from './holdfast.ts'
import { startNginx } from './nginx.ts'
import { copyRelease, type Release } from './release.ts'
import { signedInState, withAdmin } from './signed-in.ts'
import { until } from './until.ts'

export interface BehindNginx {
  readonly place: Scratch
  readonly release: Release
  /** Where nginx is reached, without the slash at the end. */
  readonly front: string
  /** A browser that has nothing of the console yet, and has signed in. */
  newContext(): Promise<BrowserContext>
  /** A tab with the console in it. */
  open(context: BrowserContext, path: string): Promise<Page>
  killAgent(): Promise<unknown>
  close(): Promise<void>
}

export async function startBehindNginx(): Promise<BehindNginx> {
  const place = scratch()
  const release = copyRelease(place)
  const [port, agentPort] = [await freeTcpPort(), await freeTcpPort()]
  const agent = run([release.agent, 'serve'], {
    ...withAdmin(place),
    HOLDFAST_PORT: String(agentPort),
    HOLDFAST_STATSD_PORT: '0',
    HOLDFAST_PUBLIC_ORIGINS: `http://127.0.0.1:${port}`,
    HOLDFAST_TARGET_HEALTH_URL: 'http://127.0.0.1:9/health',
  })
  const [nginx, browser]: [Awaited<ReturnType<typeof startNginx>>, Browser] = await Promise.all([
    startNginx({ place, port, agentPort, layout: { console: release.console } }),
    openBrowser(),
  ])
  const { front } = nginx
  await until(`the agent answers; ${agent.stderr()}`, async () => (await fetch(`${front}/livez`)).ok)
  return {
    place,
    release,
    front,
    newContext: async () => {
      const context = await browser.newContext(await signedInState(front))
      // A bound on waiting: many tabs that are opened at the same time wait for each other.
      context.setDefaultTimeout(90_000)
      return context
    },
    open: async (context, path) => {
      const page = await context.newPage()
      await page.goto(`${front}${path}`)
      await page.getByRole('button', { name: 'Sign out' }).waitFor()
      return page
    },
    killAgent: () => {
      agent.process.kill('SIGKILL')
      return agent.ended
    },
    close: async () => {
      await browser.close()
      await nginx.stop()
      agent.process.kill('SIGTERM')
      await agent.ended
      place.remove()
    },
  }
}
