/** SE7: whoever can write to the runtime directory tries to be somebody else, and is at most himself. */
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { hash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { proofText, PROOFS_DIRECTORY, type ProvedRequest } from '#domain/local-proof.ts'
import { FileProofs, leaveProof } from '#agent/system/file-proof.ts'
import { ManualClock } from '../manual-clock.ts'

const OWN_UID = process.getuid?.() ?? 0
const OTHER_UID = 4242
const isRoot = OWN_UID === 0
const REQUEST: ProvedRequest = {
  method: 'POST',
  path: '/admin/api/worker/pause',
  idempotencyKey: 'key-1',
  ifMatch: null,
  body: { reason: 'deploy' },
}

let runtimeDir: string
let directory: string
let clock: ManualClock
let proofs: FileProofs

beforeEach(async () => {
  runtimeDir = mkdtempSync(join(tmpdir(), 'holdfast-proof-'))
  directory = join(runtimeDir, PROOFS_DIRECTORY)
  clock = new ManualClock()
  proofs = new FileProofs(runtimeDir, clock)
  await proofs.prepare(null)
})
afterEach(() => rmSync(runtimeDir, { recursive: true, force: true }))

const textOf = (challenge: string, request = REQUEST) =>
  proofText(challenge, request, (text) => hash('sha256', text, 'hex'))

/** The right text in a file of that name, made by whoever runs the test. */
function putProof(challenge: string, content = textOf(challenge), mode = 0o644): string {
  const path = join(directory, challenge)
  writeFileSync(path, content)
  chmodSync(path, mode)
  return path
}

describe('the proof', () => {
  test('SE7 names the owner of the file, and the file is gone afterwards', async () => {
    const challenge = await proofs.issue()
    await leaveProof(runtimeDir, challenge, REQUEST, [OWN_UID])
    expect(await proofs.read(challenge, REQUEST)).toEqual({ kind: 'proved', uid: OWN_UID })
    expect(readdirSync(directory)).toEqual([])
  })

  test('SE7 the asking side leaves a file that the agent can read, whatever its umask', async () => {
    const before = process.umask(0o077)
    try {
      const challenge = await proofs.issue()
      await leaveProof(runtimeDir, challenge, REQUEST, [OWN_UID])
      expect(lstatSync(join(directory, challenge)).mode & 0o777).toBe(0o644)
    } finally {
      process.umask(before)
    }
  })

  test.runIf(isRoot)('SE7 another account is told by its number', async () => {
    const challenge = await proofs.issue()
    chownSync(putProof(challenge), OTHER_UID, OTHER_UID)
    expect(await proofs.read(challenge, REQUEST)).toEqual({ kind: 'proved', uid: OTHER_UID })
  })

  test('SE7 is good once', async () => {
    const challenge = await proofs.issue()
    putProof(challenge)
    await proofs.read(challenge, REQUEST)
    putProof(challenge)
    expect(await proofs.read(challenge, REQUEST)).toMatchObject({ kind: 'refused', why: /used before/ })
  })

  test('SE7 is used up by a wrong answer too: nobody gets a second try at one challenge', async () => {
    const challenge = await proofs.issue()
    expect(await proofs.read(challenge, REQUEST)).toMatchObject({ kind: 'refused', why: /ENOENT/ })
    putProof(challenge)
    expect(await proofs.read(challenge, REQUEST)).toMatchObject({ kind: 'refused' })
  })

  test('SE7 two at once with one challenge: one is believed', async () => {
    const challenge = await proofs.issue()
    putProof(challenge)
    const readings = await Promise.all([1, 2, 3].map(() => proofs.read(challenge, REQUEST)))
    expect(readings.map(({ kind }) => kind).toSorted()).toEqual(['proved', 'refused', 'refused'])
  })

  test('SE7 ends with its time', async () => {
    const challenge = await proofs.issue()
    putProof(challenge)
    clock.pass(proofs.lifeMs)
    expect(await proofs.read(challenge, REQUEST)).toMatchObject({ kind: 'refused', why: /too old/ })
    expect(readdirSync(directory)).toEqual([])
  })

  test.each<[string, Partial<ProvedRequest>]>([
    ['another address', { path: '/admin/api/worker/guard/release' }],
    ['another body', { body: { reason: 'deploy', for_seconds: 1 } }],
    ['another key', { idempotencyKey: 'key-2' }],
    ['another view', { ifMatch: '"s=allowed"' }],
    ['another method', { method: 'DELETE' }],
  ])('SE7 that somebody passes on is not good for %s', async (_, change) => {
    const challenge = await proofs.issue()
    putProof(challenge)
    const reading = await proofs.read(challenge, { ...REQUEST, ...change })
    expect(reading).toMatchObject({ kind: 'refused', why: /another request/ })
  })
})

describe('a forged file', () => {
  test('SE7 a symbolic link is not followed, even to a file with the right text', async () => {
    const challenge = await proofs.issue()
    const real = join(runtimeDir, 'real')
    writeFileSync(real, textOf(challenge))
    symlinkSync(real, join(directory, challenge))
    expect(await proofs.read(challenge, REQUEST)).toMatchObject({ kind: 'refused', why: /ELOOP/ })
    expect(existsSync(real)).toBe(true)
  })

  test('SE7 a hard link to another account’s file is refused, even with the right text', async () => {
    const challenge = await proofs.issue()
    const real = join(runtimeDir, 'real')
    writeFileSync(real, textOf(challenge))
    linkSync(real, join(directory, challenge))
    expect(await proofs.read(challenge, REQUEST)).toMatchObject({
      kind: 'refused',
      why: /more than one name/,
    })
    expect(existsSync(real)).toBe(true)
  })

  test('SE7 an older file of another account that was moved here does not hold the challenge', async () => {
    const older = join(runtimeDir, 'watchdog.json')
    writeFileSync(older, '')
    const challenge = await proofs.issue()
    renameSync(older, join(directory, challenge))
    expect(await proofs.read(challenge, REQUEST)).toMatchObject({ kind: 'refused', why: /another request/ })
  })

  test.each([0o664, 0o646, 0o666])(
    'SE7 a file of mode %o, which others than its owner may have filled, is refused',
    async (mode) => {
      const challenge = await proofs.issue()
      putProof(challenge, textOf(challenge), mode)
      expect(await proofs.read(challenge, REQUEST)).toMatchObject({ kind: 'refused', why: /by others/ })
    },
  )

  test.each<[string, (path: string) => void]>([
    ['a FIFO', (path) => void execFileSync('mkfifo', [path])],
    ['a directory', (path) => mkdirSync(path)],
    ['a file without end', (path) => writeFileSync(path, 'a'.repeat(100_000))],
    ['a text with more behind it', (path) => writeFileSync(path, `${textOf(path.slice(-64))}x`)],
    ['an empty file', (path) => writeFileSync(path, '')],
  ])('SE7 %s is refused at once', async (_, put) => {
    const challenge = await proofs.issue()
    put(join(directory, challenge))
    expect(await proofs.read(challenge, REQUEST)).toMatchObject({ kind: 'refused' })
  })

  test('SE7 a name that was never given out touches no file', async () => {
    writeFileSync(join(runtimeDir, 'precious'), 'x')
    for (const name of ['../precious', `${'0'.repeat(64)}`, '', '/etc/passwd', '.', '..']) {
      expect(await proofs.read(name, REQUEST)).toMatchObject({ kind: 'refused', why: /unknown/ })
    }
    expect(existsSync(join(runtimeDir, 'precious'))).toBe(true)
  })

  test('SE7 a file exchanged under the reader is one or the other whole, never the owner of one and the text of another', async () => {
    // The right text in a file that others may write, against the right owner with the wrong text.
    for (let turn = 0; turn < 200; turn += 1) {
      const challenge = await proofs.issue()
      const path = putProof(challenge, textOf(challenge), 0o666)
      const good = join(runtimeDir, 'victims')
      writeFileSync(good, 'somebody else’s')
      const reading = proofs.read(challenge, REQUEST)
      await Promise.resolve()
      renameSync(good, path)
      expect((await reading).kind).toBe('refused')
    }
  })
})

describe('the directory', () => {
  test('SE7 gives everybody in the group a place, and only the owner of a file its removal', () => {
    expect(lstatSync(directory).mode & 0o7777).toBe(0o1770)
  })

  test('SE7 what stands in its place is put aside at the start, and what lies in it is not followed', async () => {
    const elsewhere = join(runtimeDir, 'elsewhere')
    mkdirSync(elsewhere)
    writeFileSync(join(elsewhere, 'precious'), 'x')
    rmSync(directory, { recursive: true })
    symlinkSync(elsewhere, directory)
    await new FileProofs(runtimeDir, clock).prepare(null)
    expect(lstatSync(directory).isDirectory()).toBe(true)
    expect(existsSync(join(elsewhere, 'precious'))).toBe(true)
  })

  test('SE7 files that nobody came back for are swept away', async () => {
    const forgotten = await proofs.issue()
    putProof(forgotten)
    clock.pass(proofs.lifeMs)
    await proofs.issue()
    expect(readdirSync(directory)).toEqual([])
  })

  test('SE7 10,000 open challenges cost room for 256, and the newest still works', async () => {
    const first = await proofs.issue()
    putProof(first)
    for (let turn = 0; turn < 10_000; turn += 1) await proofs.issue()
    const last = await proofs.issue()
    putProof(last)
    expect(await proofs.read(first, REQUEST)).toMatchObject({ kind: 'refused', why: /unknown/ })
    expect(await proofs.read(last, REQUEST)).toMatchObject({ kind: 'proved' })
  })
})

describe('the asking side', () => {
  const CHALLENGE = 'a'.repeat(64)

  test.each(['../../etc/x', 'a', 'A'.repeat(64), `${'a'.repeat(63)}/`])(
    'SE7 writes no file named %j for an agent that is none',
    async (challenge) => {
      await expect(leaveProof(runtimeDir, challenge, REQUEST, [OWN_UID])).rejects.toThrow('not trusted')
    },
  )

  test('SE7 writes nowhere else: a link in place of the directory is not followed', async () => {
    const elsewhere = join(runtimeDir, 'elsewhere')
    mkdirSync(elsewhere)
    rmSync(directory, { recursive: true })
    symlinkSync(elsewhere, directory)
    await expect(leaveProof(runtimeDir, CHALLENGE, REQUEST, [OWN_UID])).rejects.toThrow()
    expect(readdirSync(elsewhere)).toEqual([])
  })

  test.runIf(isRoot)('SE7 writes into no directory of an account that it does not trust', async () => {
    chownSync(directory, OTHER_UID, OTHER_UID)
    await expect(leaveProof(runtimeDir, CHALLENGE, REQUEST, [OWN_UID])).rejects.toThrow('belongs to uid 4242')
    expect(readdirSync(directory)).toEqual([])
  })

  test('SE7 does not write over, or through, what has that name already', async () => {
    symlinkSync(join(runtimeDir, 'made'), join(directory, CHALLENGE))
    await expect(leaveProof(runtimeDir, CHALLENGE, REQUEST, [OWN_UID])).rejects.toThrow()
    expect(existsSync(join(runtimeDir, 'made'))).toBe(false)
  })
})
