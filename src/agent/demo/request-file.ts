/**
 * Requests for another scenario arrive as a small file. It is read, deleted, and acted on; whatever else
 * lies at its place is deleted and reported, for a bad request must not end the demonstration.
 */
import { closeSync, constants, fstatSync, openSync, readSync, rmdirSync, unlinkSync } from 'node:fs'
import { demonstrationRequest } from '#domain/schemas/demonstration.ts'
import type { Scenario } from '#domain/schemas/demonstration.ts'

const LOOK_EVERY_MS = 200
const BYTES_MAX = 4096

export type RequestReading =
  | { kind: 'none' }
  | { kind: 'scenario'; scenario: Scenario }
  | { kind: 'garbage'; why: string }

export interface RequestWatch {
  stop(): void
}

export function watchRequests(
  path: string,
  on: { scenario: (scenario: Scenario) => void; garbage: (why: string) => void },
): RequestWatch {
  let lastReport: string | null = null
  const look = () => {
    const reading = takeRequest(path)
    if (reading.kind === 'scenario') on.scenario(reading.scenario)
    const report = reading.kind === 'garbage' ? reading.why : null
    // What cannot be deleted is found again at each look: it is reported once.
    if (report !== null && report !== lastReport) on.garbage(report)
    lastReport = report
  }
  const timer = setInterval(look, LOOK_EVERY_MS)
  return { stop: () => clearInterval(timer) }
}

export function takeRequest(path: string): RequestReading {
  const found = readSmallFile(path)
  if (found.kind === 'none') return found
  // One that stays would be acted on again at each look.
  if (!remove(path)) return { kind: 'garbage', why: 'it cannot be deleted' }
  return found.kind === 'text' ? parseRequest(found.text) : found
}

function parseRequest(text: string): RequestReading {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { kind: 'garbage', why: 'it is not JSON' }
  }
  const request = demonstrationRequest.safeParse(value)
  return request.success
    ? { kind: 'scenario', scenario: request.data.scenario }
    : { kind: 'garbage', why: 'it names no known scenario' }
}

type FileReading = { kind: 'none' } | { kind: 'text'; text: string } | { kind: 'garbage'; why: string }

function readSmallFile(path: string): FileReading {
  let fd: number
  try {
    // The directory may be writable for a group: no following of links, no waiting on a named pipe.
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (cause) {
    return codeOf(cause) === 'ENOENT' ? { kind: 'none' } : unreadable(cause)
  }
  try {
    const status = fstatSync(fd)
    if (!status.isFile()) return { kind: 'garbage', why: 'it is not a regular file' }
    if (status.size > BYTES_MAX) return { kind: 'garbage', why: `it is larger than ${BYTES_MAX} bytes` }
    const buffer = Buffer.alloc(BYTES_MAX)
    return { kind: 'text', text: buffer.toString('utf8', 0, readSync(fd, buffer, 0, BYTES_MAX, 0)) }
  } catch (cause) {
    return unreadable(cause)
  } finally {
    closeSync(fd)
  }
}

function unreadable(cause: unknown): FileReading {
  return { kind: 'garbage', why: `it cannot be read (${codeOf(cause)})` }
}

function remove(path: string): boolean {
  for (const removeIt of [unlinkSync, rmdirSync]) {
    try {
      removeIt(path)
      return true
    } catch {
      // A directory is no file and the other way round; the second way may still do it.
    }
  }
  return false
}

function codeOf(cause: unknown): string {
  return (cause as NodeJS.ErrnoException).code ?? 'unknown'
}
