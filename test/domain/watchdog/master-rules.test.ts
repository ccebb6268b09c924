import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { verifyMaster, type ExpectedMaster, type MasterLook } from '#domain/watchdog/master-rules.ts'

const IDENTITY = { pid: 4242, start_ticks: 1000, boot: 'b1', exe: '/opt/conda/envs/app/bin/python3.11' }
const EXPECTED: ExpectedMaster = {
  pid: 4242,
  prefixes: ['/opt/conda/envs/app'],
  standIn: null,
  uid: 33,
  meant: null,
  startGraceMs: 30_000,
}
const SEEN: MasterLook = {
  identity: IDENTITY,
  uid: 33,
  cmdline: ['/opt/conda/envs/app/bin/python3.11', '/opt/conda/envs/app/bin/gunicorn', 'app:app'],
  ageMs: 3_600_000,
  upgradeOf: null,
  forkOf: null,
  reaped: 0,
  workers: [{ pid: 4250, startTicks: 1100, ageMs: 3_599_000 }],
}
const identity = (over: Partial<typeof IDENTITY>) => ({ identity: { ...IDENTITY, ...over } })
const reasonOf = (seen: Partial<MasterLook>, expected: Partial<ExpectedMaster> = {}) => {
  const verdict = verifyMaster({ ...EXPECTED, ...expected }, { ...SEEN, ...seen })
  return verdict.verified
    ? 'verified'
    : `${verdict.reason}: ${verdict.findings.map(({ path }) => path).join()}`
}

const RIGHT: [title: string, seen: Partial<MasterLook>, expected?: Partial<ExpectedMaster>][] = [
  ['as the contract promises', {}],
  ['started with -m', { cmdline: ['python', '-m', 'gunicorn', 'app:app'] }],
  ['started with options before the program', { cmdline: ['python', '-u', '/x/bin/gunicorn', 'app:app'] }],
  ['started with an option that has a value', { cmdline: ['python', '-X', 'dev', '/x/gunicorn'] }],
  ['with a title of its own', { cmdline: ['gunicorn: master [app:app]'] }],
  [
    'whose interpreter was replaced on disk',
    identity({ exe: '/opt/conda/envs/app/bin/python3.11 (deleted)' }),
  ],
  ['with a prefix that ends in a slash', {}, { prefixes: ['/usr/', '/opt/conda/envs/app/'] }],
  [
    'a demonstration’s own program in its place',
    { cmdline: ['node', '/demo/main.ts', '--bind'] },
    { standIn: '/demo/main.ts' },
  ],
  ['the one that was meant', {}, { meant: IDENTITY }],
  ['a new master of an upgrade that was meant', { upgradeOf: 4000, forkOf: 4000 }, { meant: IDENTITY }],
  ['without workers, long after its start', { workers: [] }],
]

test.each(RIGHT)('WD8 verified: %s', (_title, seen, expected) => {
  expect(reasonOf(seen, expected)).toBe('verified')
})

const WRONG: [title: string, seen: Partial<MasterLook>, said: string, expected?: Partial<ExpectedMaster>][] =
  [
    ['a worker of the target itself', { forkOf: 4000, workers: [] }, 'pid_identity_mismatch: parent'],
    ['another pid than the file says', identity({ pid: 1 }), 'pid_identity_mismatch: pid'],
    [
      'an interpreter elsewhere',
      identity({ exe: '/usr/bin/python3.11' }),
      'pid_identity_mismatch: executable',
    ],
    [
      'a neighbour of the prefix',
      identity({ exe: '/opt/conda/envs/app2/bin/python' }),
      'pid_identity_mismatch: executable',
    ],
    [
      'a way out of the prefix',
      identity({ exe: '/opt/conda/envs/app/../evil/python' }),
      'pid_identity_mismatch: executable',
    ],
    [
      'another program of the same environment',
      { cmdline: ['python', 'manage.py', 'gunicorn'] },
      'pid_identity_mismatch: command line',
    ],
    [
      'an argument that only looks like it',
      { cmdline: ['python', 'manage.py', '-m', 'gunicorn'] },
      'pid_identity_mismatch: command line',
    ],
    [
      'code on the command line',
      { cmdline: ['python', '-c', 'gunicorn'] },
      'pid_identity_mismatch: command line',
    ],
    ['a worker', { cmdline: ['gunicorn: worker [app:app]'] }, 'pid_identity_mismatch: command line'],
    ['nothing on its command line', { cmdline: [] }, 'pid_identity_mismatch: command line'],
    ['somebody else’s', { uid: 1000 }, 'pid_identity_mismatch: owner'],
    ['root’s', { uid: 0 }, 'pid_identity_mismatch: owner'],
    [
      'children older than itself',
      { workers: [{ pid: 9, startTicks: 999, ageMs: 1 }] },
      'pid_identity_mismatch: children',
    ],
    [
      'a later process with the same pid',
      identity({ start_ticks: 1001 }),
      'pid_identity_mismatch: process',
      { meant: IDENTITY },
    ],
    [
      'the same numbers in another boot',
      {},
      'pid_identity_mismatch: process',
      { meant: { ...IDENTITY, boot: 'b0' } },
    ],
    ['a moment after its start', { ageMs: 999 }, 'master_starting: process'],
    ['without workers within the grace', { ageMs: 29_999, workers: [] }, 'master_starting: process'],
    ['the new master of an upgrade', { upgradeOf: 4000 }, 'upgrade_in_progress: process'],
  ]

test.each(WRONG)('WD8 not signalled: %s', (_title, seen, said, expected) => {
  expect(reasonOf(seen, expected)).toBe(said)
})

test('WD8 no process is no master', () => {
  expect(verifyMaster(EXPECTED, null)).toMatchObject({ verified: false, reason: 'pid_identity_mismatch' })
})

test('WD8 every difference is told', () => {
  const other = { ...identity({ pid: 1, exe: '/bin/sh' }), uid: 0, cmdline: ['sh'] }
  expect(reasonOf(other)).toBe('pid_identity_mismatch: pid,executable,command line,owner')
})

test('WD8 a process with the same pid that started at another time is never taken for the one meant', () => {
  const ticks = fc.integer({ min: 0, max: 900 })
  fc.assert(
    fc.property(ticks, fc.constantFrom('b1', 'b2'), (start_ticks, boot) => {
      expect(reasonOf(identity({ start_ticks, boot }), { meant: IDENTITY })).toBe(
        'pid_identity_mismatch: process',
      )
    }),
  )
})
