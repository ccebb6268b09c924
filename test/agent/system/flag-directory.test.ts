/** Real files in a directory of their own, put there as a careless or hostile writer would. */
import { execFileSync } from 'node:child_process'
import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { open } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Claim } from '#agent/ports/flag-directory.ts'
import { openFlagDirectory, openFlagPublisher } from '#agent/system/flag-directory.ts'
import { until } from '../../support/until.ts'

const OWN_UID = process.getuid?.() ?? 0
let directory: string
let flag: string
beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), 'holdfast-flag-')), 'run')
  mkdirSync(directory)
  flag = join(directory, 'restart.flag')
})
afterEach(() => rmSync(join(directory, '..'), { recursive: true, force: true }))

const openHere = () => openFlagDirectory({ flag, allowedUids: [OWN_UID] })

/** As existing writers do it: whole, under the flag's name, over whatever stands there. */
function putFlag(content: string | Uint8Array): void {
  writeFileSync(join(directory, 'unfinished'), content)
  renameSync(join(directory, 'unfinished'), flag)
}

function textOf(claim: Claim): string {
  if (claim.kind !== 'flag') throw new Error(`no flag: ${JSON.stringify(claim)}`)
  return Buffer.from(claim.flag.content).toString()
}

describe('WD7 claiming', () => {
  test('no flag, or no directory yet, is no claim', async () => {
    expect(await openHere().claim()).toEqual({ kind: 'none' })
    expect(await openFlagDirectory({ flag: '/nowhere/x.flag', allowedUids: [] }).claim()).toEqual({
      kind: 'none',
    })
    expect(readdirSync(directory)).toEqual([])
  })

  test('a flag is taken once, with its owner and time, and settled', async () => {
    const flags = openHere()
    putFlag('{"user":"ops"}')
    utimesSync(flag, 1_700_000_000, 1_700_000_000)
    const claim = await flags.claim()
    expect(textOf(claim)).toBe('{"user":"ops"}')
    expect(claim).toMatchObject({ flag: { ownerUid: OWN_UID, writtenAt: 1_700_000_000_000 } })
    expect(existsSync(flag)).toBe(false)
    expect(await flags.claim()).toEqual({ kind: 'none' })
    if (claim.kind === 'flag') await flags.settle(claim.flag.claim)
    expect(readdirSync(join(directory, 'claims'))).toEqual([])
  })

  test('a claim without outcome comes first after a start, before a new flag, and under its old name', async () => {
    putFlag('first')
    const before = await openHere().claim()
    putFlag('second')
    const restarted = openHere()
    const again = await restarted.claim()
    if (before.kind !== 'flag') throw new Error('it was not claimed')
    expect(before.flag.isLeftover).toBe(false)
    expect(again).toEqual({ ...before, flag: { ...before.flag, isLeftover: true } })
    expect(textOf(await restarted.claim())).toBe('second')
    expect(await restarted.claim()).toEqual({ kind: 'none' })
  })

  test('flags that were replaced before they were seen are counted, and only those', async () => {
    const flags = openHere()
    putFlag('before the watch')
    let events = 0
    const watch = flags.watch(() => (events += 1))
    const claimed = async (wanted: number) => {
      await until('its events', () => events >= wanted)
      const claim = await flags.claim()
      return [claim.kind === 'flag' ? textOf(claim) : claim.kind, claim.kind === 'none' ? 0 : claim.unseen]
    }
    expect(await claimed(0)).toEqual(['before the watch', 0])
    // Its own going is an event.
    await until('the event of its going', () => events >= 1)
    events = 0
    for (const text of ['one', 'two', 'three']) putFlag(text)
    expect(await claimed(3)).toEqual(['three', 2])
    await until('the event of its going', () => events >= 4)
    events = 0
    putFlag('four')
    expect(await claimed(1)).toEqual(['four', 0])
    watch.close()
  })

  test('two at once: one gets it', async () => {
    const both = [openHere(), openHere()]
    for (const flags of both) await flags.claim()
    for (let turn = 0; turn < 100; turn += 1) {
      putFlag(`flag ${turn}`)
      const claims = await Promise.all(both.map((flags) => flags.claim()))
      expect(claims.map((claim) => claim.kind).toSorted()).toEqual(['flag', 'none'])
    }
  })

  test('an empty flag is a flag, once it has had time to be filled', async () => {
    putFlag('')
    expect(textOf(await openHere().claim())).toBe('')
  })

  test('a writer in place, caught between creating and writing, is waited for', async () => {
    const writer = await open(flag, 'w')
    // Young for as long again: a machine that does much else may be late with what is written.
    await writer.utimes(new Date(), new Date(Date.now() + 190))
    const claim = openHere().claim()
    await until('the flag is taken', () => !existsSync(flag))
    await writer.write('{"user":"late"}')
    await writer.close()
    expect(textOf(await claim)).toBe('{"user":"late"}')
  })

  test('bytes that say nothing are handed over as they are, and rejected by who reads them', async () => {
    const flags = openHere()
    const garbage = Uint8Array.from({ length: 1_000 }, (_, index) => (index * 37) % 256)
    putFlag(garbage)
    const claim = await flags.claim()
    expect(claim).toMatchObject({ kind: 'flag', flag: { content: garbage } })
    if (claim.kind !== 'flag') return
    const file = await flags.reject(claim.flag.claim)
    expect(readFileSync(file)).toEqual(Buffer.from(garbage))
    expect(readdirSync(join(directory, 'claims'))).toEqual([])
  })
})

describe('WD7 what is no flag is rejected, kept, and never fatal', () => {
  test.each<[string, string, () => void | Promise<void>]>([
    ['a link to a readable file', 'symbolic_link', () => symlinkSync('/etc/passwd', flag)],
    ['a link to nothing', 'symbolic_link', () => symlinkSync('/nowhere', flag)],
    ['a FIFO without a writer', 'not_a_regular_file', () => void execFileSync('mkfifo', [flag])],
    [
      'a directory with something in it',
      'not_a_regular_file',
      () => void mkdirSync(join(flag, 'in/it'), { recursive: true }),
    ],
    ['a socket', 'not_a_regular_file', () => listenAndLeave(flag)],
    ['a byte more than 64 KiB', 'too_large', () => writeFileSync(flag, Buffer.alloc(64 * 1024 + 1))],
  ])('%s: %s', async (_, reason, put) => {
    const flags = openHere()
    await put()
    const claim = await flags.claim()
    expect(claim).toMatchObject({ kind: 'rejected', reason, ownerUid: OWN_UID })
    if (claim.kind === 'rejected')
      expect(lstatSync(claim.file).isSymbolicLink()).toBe(reason === 'symbolic_link')
    expect(readdirSync(join(directory, 'claims'))).toEqual([])
    expect(readdirSync(join(directory, 'rejected'))).toHaveLength(1)
    putFlag('a good one')
    expect(textOf(await flags.claim())).toBe('a good one')
  })

  test('exactly 64 KiB is a flag', async () => {
    putFlag(Buffer.alloc(64 * 1024, 'x'))
    expect(textOf(await openHere().claim())).toHaveLength(64 * 1024)
  })

  test.runIf(OWN_UID === 0)(
    'a file of a user who may not ask: owner_not_allowed, with the owner',
    async () => {
      putFlag('{"user":"root"}')
      chownSync(flag, 65_534, 65_534)
      expect(await openHere().claim()).toMatchObject({
        kind: 'rejected',
        reason: 'owner_not_allowed',
        ownerUid: 65_534,
      })
    },
  )

  test('at most a hundred are kept, the newest', async () => {
    const flags = openHere()
    const files: string[] = []
    for (let turn = 0; turn < 120; turn += 1) {
      symlinkSync('/nowhere', flag)
      const claim = await flags.claim()
      if (claim.kind === 'rejected') files.push(claim.file)
    }
    const kept = readdirSync(join(directory, 'rejected')).map((name) => join(directory, 'rejected', name))
    expect(kept.toSorted()).toEqual(files.slice(-100))
  })

  test('a link in the place of claims/ is not followed', async () => {
    symlinkSync(tmpdir(), join(directory, 'claims'))
    putFlag('{}')
    await expect(openHere().claim()).rejects.toMatchObject({ code: 'directory_unusable' })
    expect(existsSync(flag)).toBe(true)
  })
})

/** A socket file stays behind when its server is closed by the end of its process. */
async function listenAndLeave(path: string): Promise<void> {
  const server = createServer()
  await new Promise<void>((listening) => server.listen(`${path}.real`, listening))
  renameSync(`${path}.real`, path)
  await new Promise((closed) => server.close(closed))
}

describe('WD7 publishing', () => {
  test('fails while another flag stands, and leaves that one alone', async () => {
    const publisher = openFlagPublisher(flag)
    expect(await publisher.publish('{"request_id":"1"}')).toBe('published')
    expect(await publisher.publish('{"request_id":"2"}')).toBe('pending')
    expect(readdirSync(directory)).toEqual(['restart.flag'])
    expect(textOf(await openHere().claim())).toBe('{"request_id":"1"}')
    expect(await publisher.publish('{"request_id":"3"}')).toBe('published')
  })

  test('into a directory that is not there is a problem with a name', async () => {
    await expect(openFlagPublisher('/nowhere/x.flag').publish('')).rejects.toMatchObject({
      code: 'directory_unusable',
    })
  })
})

describe('WD7 watching', () => {
  test('wakes for the flag, not for its neighbours', async () => {
    const flags = openHere()
    let wakes = 0
    const watch = flags.watch(() => (wakes += 1))
    writeFileSync(join(directory, 'neighbour'), 'x')
    putFlag('{}')
    await until('a wake-up', () => wakes > 0)
    expect(textOf(await flags.claim())).toBe('{}')
    watch.close()
  })

  test.each<[string, () => void]>([
    ['removed', () => rmSync(directory, { recursive: true })],
    ['moved away', () => renameSync(directory, `${directory}.old`)],
  ])('goes on after the directory was %s and made again, without help from polling', async (_, lose) => {
    const flags = openHere()
    let wakes = 0
    const watch = flags.watch(() => (wakes += 1))
    for (let turn = 0; turn < 3; turn += 1) {
      lose()
      rmSync(`${directory}.old`, { recursive: true, force: true })
      mkdirSync(directory)
      await until('the new directory is noticed', () => wakes > 0)
      wakes = 0
      putFlag(`after ${turn}`)
      await until('a wake-up in the new directory', () => wakes > 0)
      expect(textOf(await flags.claim())).toBe(`after ${turn}`)
    }
    watch.close()
  })

  test('a directory that comes long after the watch is found, at the latest by polling', async () => {
    rmSync(join(directory, '..'), { recursive: true })
    const flags = openHere()
    let wakes = 0
    const watch = flags.watch(() => (wakes += 1))
    mkdirSync(directory, { recursive: true })
    expect(await flags.claim()).toEqual({ kind: 'none' })
    expect(wakes).toBeGreaterThan(0)
    wakes = 0
    putFlag('{}')
    await until('a wake-up', () => wakes > 0)
    watch.close()
  })
})
