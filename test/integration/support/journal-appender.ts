/**
 * Appends until it is killed or the disk is full, and prints each sequence number after it was acknowledged.
 * After `pauseAfter` rows it waits for a byte on standard input.
 * Synchronous writes: what it was told must be out before the next append begins.
 */
import { readSync, writeSync } from 'node:fs'
import { HoldfastProblem } from '#domain/problems.ts'
import { openJournal, pausedEvent, timeOf } from '../../support/journal.ts'

const [path = '', limit = 'Infinity', pauseAfter = 'never'] = process.argv.slice(2)

try {
  const journal = openJournal(path)
  for (let number = 1; number <= Number(limit); number += 1) {
    const { seq } = await journal.append(pausedEvent(number), timeOf(number))
    writeSync(1, `${seq}\n`)
    if (seq === Number(pauseAfter)) readSync(0, Buffer.alloc(1))
  }
} catch (error) {
  if (!(error instanceof HoldfastProblem)) throw error
  writeSync(1, `${error.code}\n`)
}
