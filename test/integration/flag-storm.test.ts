/** A writer in a process of its own, as fast as it can, against a claimer that is only woken. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openFlagDirectory } from '#agent/system/flag-directory.ts'
import { waitFor } from './support/wait.ts'

const FLAGS = 1_000

test('WD7 a thousand fast flags: each one that was published is claimed exactly once', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-flags-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const flag = join(directory, 'restart.flag')
  const flags = openFlagDirectory({ flag, allowedUids: [process.getuid?.() ?? 0] })
  const claimed: number[] = []
  let isWoken = false
  let isClaiming = false

  const claimAll = async (): Promise<void> => {
    isWoken = true
    if (isClaiming) return
    isClaiming = true
    while (isWoken) {
      isWoken = false
      for (let claim = await flags.claim(); claim.kind === 'flag'; claim = await flags.claim()) {
        claimed.push(Number(Buffer.from(claim.flag.content).toString()))
        await flags.settle(claim.flag.claim)
      }
    }
    isClaiming = false
  }
  const writer = spawn(process.execPath, ['--input-type=module-typescript', '--eval', PUBLISH, flag], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void writer.kill('SIGKILL'))
  let said = ''
  writer.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const ended = once(writer, 'close') as Promise<[number | null]>
  await waitFor('the writer has met its own unclaimed flag', () => said.startsWith('pending'))
  const watch = flags.watch(() => void claimAll())
  await claimAll()
  const [code] = await ended
  expect(code).toBe(0)
  await waitFor('the last flag is claimed, by wake-ups alone', () => claimed.length >= FLAGS)
  watch.close()

  expect(claimed).toEqual(Array.from({ length: FLAGS }, (_, index) => index))
  expect(readdirSync(directory)).toEqual(['claims'])
  expect(readdirSync(join(directory, 'claims'))).toEqual([])
})

const PUBLISH = `
  import { openFlagPublisher } from '#agent/system/flag-directory.ts'
  const publisher = openFlagPublisher(process.argv.at(-1))
  let hasMetItsOwn = false
  for (let number = 0; number < ${FLAGS}; number += 1) {
    while ((await publisher.publish(String(number))) === 'pending') {
      if (!hasMetItsOwn) process.stdout.write('pending')
      hasMetItsOwn = true
    }
  }
`
