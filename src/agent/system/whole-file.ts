import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { HoldfastProblem } from '#domain/problems.ts'
import { errorCode } from '#agent/settings/read-json.ts'

/** Enough pieces for one write to the disk. */
const BUFFER_CHARACTERS = 64 * 1024

/** Appears under its name when all of it is durable, or not at all; for its owner's eyes. */
export function writeWholeFile(path: string, pieces: Iterable<string>): void {
  const unfinished = `${path}.${process.pid}.unfinished`
  try {
    writeDurably(unfinished, pieces)
    renameSync(unfinished, path)
  } catch (cause) {
    rmSync(unfinished, { force: true })
    if (cause instanceof HoldfastProblem) throw cause
    throw new HoldfastProblem('output_unwritable', `${path} cannot be written (${errorCode(cause)})`, {
      cause,
    })
  }
}

function writeDurably(path: string, pieces: Iterable<string>): void {
  const file = openSync(path, 'wx', 0o600)
  try {
    let buffered = ''
    for (const piece of pieces) {
      buffered += piece
      if (buffered.length < BUFFER_CHARACTERS) continue
      writeFully(file, buffered)
      buffered = ''
    }
    writeFully(file, buffered)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

function writeFully(file: number, text: string): void {
  const bytes = Buffer.from(text)
  for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written)
}
