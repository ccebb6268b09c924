/** What the log stream tells of the journals: out of journald, a file, or standard input (AU2). */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { LoggedChain } from '#domain/audit/against-log.ts'
import { loggedRowIn } from '#domain/audit/log-line.ts'
import type { JournalName } from '#domain/audit/trail.ts'
import { cleanText } from '#domain/free-text.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import type { RuntimeContract } from '#domain/schemas/runtime-contract.ts'
import { errorCode } from '#agent/settings/read-json.ts'
import { LOG_IDENTIFIER } from '#agent/system/log.ts'

export type LoggedChains = Readonly<Record<JournalName, LoggedChain>>

export async function chainsInFile(path: string): Promise<LoggedChains> {
  try {
    return await chainsIn(path === '-' ? process.stdin : createReadStream(path))
  } catch (cause) {
    throw new HoldfastProblem('log_unreadable', `${path} (${errorCode(cause)})`, { cause })
  }
}

/** Of the units that write, and of commands that people call, whose lines have no unit. */
export async function chainsInJournald(
  { watchdog, agent, prune }: RuntimeContract['units'],
  command = 'journalctl',
): Promise<LoggedChains> {
  const units = [watchdog, agent, prune].flatMap((unit) => [`_SYSTEMD_UNIT=${unit}`, '+'])
  const args = [
    '--output=cat',
    '--all',
    '--no-pager',
    '--quiet',
    ...units,
    `SYSLOG_IDENTIFIER=${LOG_IDENTIFIER}`,
  ]
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let complaint = ''
  child.stderr.on('data', (chunk: Buffer) => (complaint = `${complaint}${chunk.toString()}`.slice(-500)))
  try {
    const ended = once(child, 'close')
    const [chains, [code]] = await Promise.all([chainsIn(child.stdout), ended])
    if (code === 0) return chains
    throw new Error(cleanText(complaint) || `exit code ${code}`)
  } catch (cause) {
    throw new HoldfastProblem('log_unreadable', `${command} (${errorCode(cause)})`, { cause })
  }
}

async function chainsIn(stream: Readable): Promise<LoggedChains> {
  const chains = { watchdog: new LoggedChain(), agent: new LoggedChain() }
  for await (const line of linesOf(stream)) {
    const row = loggedRowIn(line)
    if (row !== null) chains[row.journal].accept(row)
  }
  return chains
}

/** Holdfast's own lines are a fraction of that; a longer one is somebody else's, and is not kept. */
const LINE_CHARACTERS = 64 * 1024

async function* linesOf(stream: Readable): AsyncGenerator<string> {
  let begun = ''
  let isTooLong = false
  stream.setEncoding('utf8')
  for await (const chunk of stream) {
    const parts = `${begun}${chunk as string}`.split('\n')
    begun = parts.pop() ?? ''
    for (const line of parts) {
      if (!isTooLong) yield line
      isTooLong = false
    }
    if (begun.length > LINE_CHARACTERS) {
      begun = ''
      isTooLong = true
    }
  }
  if (!isTooLong && begun !== '') yield begun
}
