/** The release as it starts by itself, in a place of its own: agent, watchdog and demonstration target, and who may look. */
import { existsSync } from 'node:fs'
import type { Browser } from 'playwright-core'
import { CHROMIUM } from '../chromium.ts'
import { openBrowser } from '../support/browser.ts'
import { holdfast, processesOf, readyUrl, run, scratch, type Run, type Scratch } from '../support/holdfast.ts'
import { spawnSync } from 'node:child_process'
import type { Role } from '#domain/access/roles.ts'
import { AGENT_PROGRAM, ROOT } from '../support/holdfast.ts'
import { withAdmin, type Account } from '../support/signed-in.ts'
import { until } from '../support/until.ts'
import { ToolMissing } from './gate.ts'

export interface Stage {
  readonly url: string
  readonly place: Scratch
  readonly env: Record<string, string>
  /** `holdfast …` against what runs here. */
  command(...words: string[]): ReturnType<typeof holdfast>
  addAccount(role: Role): Account
}

/** Ends everything that it started, whatever happens in between. */
export async function onStage(
  act: (stage: Stage) => Promise<void>,
  { scenario = 'calm', env = {} }: { scenario?: string; env?: Record<string, string> } = {},
): Promise<void> {
  const place = scratch()
  const environment = { ...withAdmin(place), ...env }
  const started: Run = run([AGENT_PROGRAM, 'start', '--scenario', scenario], environment)
  try {
    const url = await readyUrl(started)
    await act({
      url,
      place,
      env: environment,
      command: (...words) => holdfast(words, environment),
      addAccount: (role) => addAccount(role, environment),
    })
  } finally {
    started.process.kill('SIGTERM')
    await started.ended
    await until('all of it has ended', async () => (await processesOf(place.directory)).length === 0)
    place.remove()
  }
}

export async function withBrowser(act: (browser: Browser) => Promise<void>): Promise<void> {
  if (!existsSync(CHROMIUM)) throw new ToolMissing(`${CHROMIUM} is not here`)
  const browser = await openBrowser()
  try {
    await act(browser)
  } finally {
    await browser.close()
  }
}

/** As an operator of the host makes one: the password over standard input. */
function addAccount(role: Role, env: Record<string, string>): Account {
  const account = { username: `gate-${role}`, password: `a password for ${role} alone` }
  const made = spawnSync(process.execPath, [AGENT_PROGRAM, 'user', 'add', account.username, '--role', role], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    input: `${account.password}\n`,
    encoding: 'utf8',
  })
  if (made.status !== 0) throw new Error(`no account for ${role}: ${made.stderr}`)
  return account
}
