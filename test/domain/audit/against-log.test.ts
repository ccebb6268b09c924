import { expect, test } from 'vitest'
import { LoggedChain } from '#domain/audit/against-log.ts'
import { auditLineOf, loggedRowIn } from '#domain/audit/log-line.ts'
import { GENESIS, type ChainAnchor } from '#domain/journal/chain.ts'
import type { JournalRow } from '#domain/journal/events.ts'
import { ask, Diary, intent, latched } from '../journal/diary.ts'
import { auditRow } from './trail-of.ts'

const hashOf = (word: string, seq: number) => `${word}${seq}`.padEnd(64, '0')

function chain(word: string, from: number, to: number): JournalRow[] {
  const [row] = new Diary().write(latched).rows
  return Array.from({ length: to - from + 1 }, (_, index) => {
    const seq = from + index
    return { ...(row as JournalRow), seq, hash: hashOf(word, seq) }
  })
}

interface Case {
  logged: JournalRow[]
  stored: JournalRow[]
  anchor?: ChainAnchor
  aside?: number
}

const CASES: [
  string,
  Case,
  { compared: number; notLogged: number; fault: [number | null, string] | null },
][] = [
  [
    'the same',
    { logged: chain('a', 1, 5), stored: chain('a', 1, 5) },
    { compared: 5, notLogged: 0, fault: null },
  ],
  [
    'lines that are lost prove nothing',
    { logged: chain('a', 4, 5), stored: chain('a', 1, 6) },
    { compared: 2, notLogged: 4, fault: null },
  ],
  [
    'a line that came twice',
    { logged: [...chain('a', 1, 3), ...chain('a', 1, 3)], stored: chain('a', 1, 3) },
    { compared: 3, notLogged: 0, fault: null },
  ],
  [
    'neighbours whose writers told them out of order',
    { logged: [1, 3, 2, 4].flatMap((seq) => chain('a', seq, seq)), stored: chain('a', 1, 4) },
    { compared: 4, notLogged: 0, fault: null },
  ],
  [
    'a chain rewritten from some row on, which fits to itself',
    { logged: chain('a', 1, 5), stored: [...chain('a', 1, 2), ...chain('b', 3, 5)] },
    { compared: 5, notLogged: 0, fault: [3, 'log_differs'] },
  ],
  [
    'a chain rewritten whole',
    { logged: chain('a', 1, 5), stored: chain('b', 1, 9) },
    { compared: 5, notLogged: 4, fault: [1, 'log_differs'] },
  ],
  [
    'a cut end',
    { logged: chain('a', 1, 5), stored: chain('a', 1, 3) },
    { compared: 3, notLogged: 0, fault: [4, 'log_cut_off'] },
  ],
  [
    'everything gone',
    { logged: chain('a', 1, 5), stored: [] },
    { compared: 0, notLogged: 0, fault: [1, 'log_cut_off'] },
  ],
  [
    'a pruned front, of which the log still knows the last row',
    { logged: chain('a', 1, 5), stored: chain('a', 4, 5), anchor: { seq: 3, hash: hashOf('a', 3) } },
    { compared: 2, notLogged: 0, fault: null },
  ],
  [
    'a front that was rewritten and pruned away',
    { logged: chain('a', 1, 3), stored: chain('b', 4, 5), anchor: { seq: 3, hash: hashOf('b', 3) } },
    { compared: 0, notLogged: 2, fault: [3, 'log_differs'] },
  ],
  [
    'a history begun anew, the old one kept aside',
    { logged: [...chain('a', 1, 5), ...chain('b', 1, 2)], stored: chain('b', 1, 2), aside: 1 },
    { compared: 2, notLogged: 0, fault: null },
  ],
  [
    'a history begun anew, and nothing kept of the old one',
    { logged: [...chain('a', 3, 5), ...chain('b', 1, 2)], stored: chain('b', 1, 2) },
    { compared: 2, notLogged: 0, fault: [null, 'history_replaced'] },
  ],
  [
    'somebody writes lines of his own into the log',
    { logged: [...chain('a', 1, 3), ...chain('b', 3, 3)], stored: chain('b', 1, 3) },
    { compared: 3, notLogged: 0, fault: [3, 'log_conflict'] },
  ],
  [
    'a log of something else',
    { logged: [], stored: chain('a', 1, 3) },
    { compared: 0, notLogged: 3, fault: [null, 'nothing_logged'] },
  ],
  ['no history and no log', { logged: [], stored: [] }, { compared: 0, notLogged: 0, fault: null }],
]

test.each(CASES)('AU2 against the log: %s', (_title, { logged, stored, anchor, aside }, expected) => {
  const known = new LoggedChain()
  for (const { seq, hash } of logged) known.accept({ journal: 'watchdog', seq, hash })
  const { compared, notLogged, fault } = known.compare(stored, anchor ?? GENESIS, aside ?? 0)
  expect({ compared, notLogged, fault: fault === null ? null : [fault.seq, fault.kind] }).toEqual(expected)
})

const nasty = '\u202Eturned\u001b[2J\n'.repeat(500)
const override = { acknowledged: true, reason: nasty, passes: [] }
const hash = 'f'.repeat(64)

test('AU2 a line carries place and hash, reads as a sentence, and stays short and clean whatever the event holds', () => {
  const event = intent('1', {
    ask: ask(nasty, { override, claimed: { extra: nasty }, actor: { name: nasty, ip: null } }),
  })
  const row = auditRow({ ...(new Diary().write(event).rows[0] as JournalRow), hash })
  const { message, details } = auditLineOf(row)
  const line = JSON.stringify({ message, ...details })
  expect(details.audit).toMatchObject({
    journal: 'watchdog',
    seq: 1,
    hash,
    id: 'e1',
    action: 'intent',
    decision: 'allowed',
  })
  expect(message).toContain('restart begun (turned')
  expect(line.length).toBeLessThan(4_000)
  expect(line).not.toMatch(/[\p{Cc}\p{Cf}]|\\[nu]/u)
  expect(loggedRowIn(line)).toEqual({ journal: 'watchdog', seq: 1, hash })
})

test.each([
  '',
  'plain text about "audit"',
  '{"audit":{"journal":"other","seq":1,"hash":"x"}}',
  '{"audit":null}',
  '["audit"]',
  '{"message":"audit"}',
])('AU2 %j is a line of somebody else', (line) => {
  expect(loggedRowIn(line)).toBeNull()
})
