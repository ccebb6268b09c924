/** The agent as it ships, without a target, and a real browser: for what is the agent's own to show. */
import type { Browser } from 'playwright-core'
import { openBrowser } from './browser.ts'
import { AGENT_PROGRAM, run, scratch, type Scratch } from './holdfast.ts'
import { withAdmin } from './signed-in.ts'
import { until } from './until.ts'

export interface AgentAlone {
  readonly place: Scratch
  readonly browser: Browser
  readonly url: string
  close(): Promise<void>
}

export async function startAgentAlone(): Promise<AgentAlone> {
  const place = scratch()
  const agent = run([AGENT_PROGRAM, 'serve'], {
    ...withAdmin(place),
    HOLDFAST_STATSD_PORT: '0',
    HOLDFAST_TARGET_HEALTH_URL: 'http://127.0.0.1:9/health',
  })
  const line = await until('the agent listens', () => /\{.*statsd_port.*\}/.exec(agent.stderr())?.[0])
  const { url } = JSON.parse(line) as { url: string }
  const browser = await openBrowser()
  const close = async () => {
    await browser.close()
    agent.process.kill('SIGTERM')
    await agent.ended
    place.remove()
  }
  return { place, browser, url, close }
}
