/** SH8: the tabs of one browser profile. They are in one page here; the locks and the channel are the browser's own. */
import { afterEach, expect, test } from 'vitest'
import { SharedStream } from '#web/api/shared-stream.ts'
import type { LineOptions } from '#web/api/stream-line.ts'

/** A page that can be hidden, frozen and shown. */
class PageDouble extends EventTarget {
  hidden = false
}

type HeldLine = Pick<LineOptions, 'lastEventId' | 'hearer' | 'signal'>

let tabs: Tab[] = []
/** The lines that are open now, each with its tab. */
let lines: { tab: Tab; line: HeldLine }[] = []
let names = 0
let name = ''

class Tab {
  readonly told: string[] = []
  readonly page = new PageDouble()
  readonly #stream: SharedStream

  constructor() {
    tabs.push(this)
    this.#stream = new SharedStream(
      {
        name,
        locks: navigator.locks,
        page: this.page as unknown as Document,
        view: new EventTarget(),
        holdLine: async (line) => {
          const opened = { tab: this, line }
          lines.push(opened)
          line.hearer.changed(true)
          await new Promise((resolve) => line.signal.addEventListener('abort', resolve))
          lines = lines.filter((other) => other !== opened)
        },
      },
      {
        changed: (isUp) => this.told.push(isUp ? 'up' : 'down'),
        heard: ({ event }) => this.told.push(event),
        signedOut: () => this.told.push('signed out'),
      },
    )
  }

  close() {
    tabs = tabs.filter((tab) => tab !== this)
    this.#stream.leave()
  }
}

afterEach(() => {
  for (const tab of [...tabs]) tab.close()
})

async function openTabs(count: number): Promise<Tab[]> {
  if (tabs.length === 0) name = `test ${(names += 1)}`
  const opened = Array.from({ length: count }, () => new Tab())
  await expect.poll(() => opened.map(({ told }) => told)).toEqual(opened.map(() => ['up']))
  return opened
}

function holder(): { tab: Tab; line: HeldLine } {
  const [first] = lines
  if (first === undefined) throw new Error('nobody holds a line')
  return first
}

test('SH8 twelve tabs hold one line, and each hears what comes over it', async () => {
  const twelve = await openTabs(12)
  expect(lines).toHaveLength(1)
  holder().line.hearer.heard({ event: 'policy', id: 'e-1', data: '{}' })
  holder().line.hearer.signedOut()
  await expect
    .poll(() => twelve.map(({ told }) => told))
    .toEqual(twelve.map(() => ['up', 'policy', 'signed out']))
})

test('SH8 a tab that is closed leaves the line to another, which goes on from the last event', async () => {
  const three = await openTabs(3)
  holder().line.hearer.heard({ event: 'policy', id: 'e-9', data: '{}' })
  await expect.poll(() => three.every(({ told }) => told.includes('policy'))).toBe(true)
  const first = holder().tab
  first.close()
  await expect
    .poll(() => lines.map(({ tab, line }) => [tab === first, line.lastEventId]))
    .toEqual([[false, 'e-9']])
})

test('SH8 a tab that is about to be frozen leaves the line, and may have it again afterwards', async () => {
  const [, second] = await openTabs(2)
  const first = holder().tab
  first.page.dispatchEvent(new Event('freeze'))
  await expect.poll(() => lines.map(({ tab }) => tab)).toEqual([second])
  first.page.dispatchEvent(new Event('resume'))
  second?.close()
  await expect.poll(() => lines.map(({ tab }) => tab)).toEqual([first])
})

test('SH8 a lock that is kept in silence is taken away by a tab that somebody looks at', async () => {
  name = `test ${(names += 1)}`
  const frozen = navigator.locks.request(name, () => new Promise(() => {})).catch(() => 'lost')
  const [seen, hidden] = [new Tab(), new Tab()]
  hidden.page.hidden = true
  await expect.poll(() => lines.map(({ tab }) => tab)).toEqual([seen])
  expect(await frozen).toBe('lost')
  await expect.poll(() => [seen.told, hidden.told]).toEqual([['up'], ['up']])
})

test('SH8 a holder that answers keeps the lock, however quiet its line is', async () => {
  const two = await openTabs(2)
  const first = holder().tab
  const asked = new BroadcastChannel(name)
  let answers = 0
  asked.addEventListener('message', ({ data }: MessageEvent<{ kind: string }>) => {
    answers += Number(data.kind === 'line')
  })
  // More than what a holder in silence is given.
  await expect.poll(() => answers).toBeGreaterThanOrEqual(3)
  asked.close()
  expect(holder().tab).toBe(first)
  expect(two.map(({ told }) => told)).toEqual([['up'], ['up']])
})

test('SH8 a tab that is seen takes a broken line from a hidden one, whose clock hardly goes', async () => {
  const [, second] = await openTabs(2)
  const first = holder()
  first.tab.page.hidden = true
  first.line.hearer.changed(false)
  await expect.poll(() => lines.map(({ tab }) => tab)).toEqual([second])
  await expect.poll(() => second?.told).toEqual(['up', 'down', 'up'])
})
