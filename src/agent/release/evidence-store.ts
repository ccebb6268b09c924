/**
 * Evidence on the disk: a file for each run of a gate, the newest of which counts, and as many older ones as tell how it
 * went before. What cannot be read is told as such, and never passed over for an older one.
 */
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { readWith, parseJsonText, findingText } from '#domain/schemas/findings.ts'
import { evidence as evidenceSchema, isSealIntact, type Evidence } from '#domain/release/evidence.ts'
import { GATE_IDS, type GateId } from '#domain/release/gates.ts'
import type { EvidenceReading } from '#domain/release/judge.ts'
import { REPORT_BYTES_LIMIT } from '#domain/release/gate-report.ts'
import { errorCode } from '#agent/settings/read-json.ts'
import { sha256 } from '#agent/store/row-hash.ts'
import { readTextUpTo } from '#agent/system/bounded-read.ts'
import { replaceFile } from '#agent/system/replace-file.ts'

/** Per gate: a few weeks of nightly runs, and some files that a person can look through. */
export const HISTORY_LIMIT = 20
const FILE_BYTES_LIMIT = 2 * REPORT_BYTES_LIMIT
const NAME = /^\d{15}-[\w-]{1,64}\.json$/

export interface GateEvidence {
  readonly newest: EvidenceReading
  /** Newest first, the newest included; what cannot be read is left out. */
  readonly history: readonly Evidence[]
}

export function evidenceDirectory(stateDir: string): string {
  return join(stateDir, 'gates')
}

export async function writeEvidence(stateDir: string, evidence: Evidence): Promise<string> {
  const directory = join(evidenceDirectory(stateDir), evidence.gate)
  await mkdir(directory, { recursive: true, mode: 0o750 })
  const name = `${String(Math.trunc(evidence.ended_at)).padStart(15, '0')}-${evidence.run_id}.json`
  const path = join(directory, name)
  await replaceFile(path, `${JSON.stringify(evidence, null, 2)}\n`, { flush: true, mode: 0o640 })
  const old = (await namesIn(directory)).slice(HISTORY_LIMIT)
  await Promise.all(old.map((one) => rm(join(directory, one), { force: true })))
  return path
}

export async function readEvidence(
  stateDir: string,
  isRecorded: (hash: string) => boolean | null,
): Promise<Record<GateId, GateEvidence>> {
  const read = await Promise.all(
    GATE_IDS.map(async (gate) => [gate, await readGate(stateDir, gate, isRecorded)] as const),
  )
  return Object.fromEntries(read) as Record<GateId, GateEvidence>
}

async function readGate(
  stateDir: string,
  gate: GateId,
  isRecorded: (hash: string) => boolean | null,
): Promise<GateEvidence> {
  const directory = join(evidenceDirectory(stateDir), gate)
  const readings = (await namesIn(directory))
    .slice(0, HISTORY_LIMIT)
    .map((name) => readOne(join(directory, name), isRecorded))
  const history = readings.flatMap((reading) => (reading.kind === 'read' ? [reading.evidence] : []))
  return { newest: readings[0] ?? { kind: 'none' }, history }
}

function readOne(path: string, isRecorded: (hash: string) => boolean | null): EvidenceReading {
  let text: string | null
  try {
    text = readTextUpTo(path, FILE_BYTES_LIMIT)
  } catch (error) {
    return { kind: 'unreadable', why: `${path} (${errorCode(error)})` }
  }
  if (text === null) return { kind: 'unreadable', why: `${path} is longer than any evidence` }
  const parsed = parseJsonText(text)
  const filed = parsed.ok ? readWith(evidenceSchema, parsed.value) : parsed
  if (!filed.ok) {
    const [first] = filed.findings
    return { kind: 'unreadable', why: `${path}: ${first === undefined ? 'no evidence' : findingText(first)}` }
  }
  const evidence = filed.value
  return {
    kind: 'read',
    evidence,
    isIntact: isSealIntact(evidence, sha256),
    isRecorded: isRecorded(evidence.hash),
  }
}

/** Newest first, by their names, which begin with when they ended. */
async function namesIn(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch(() => [])
  return names.filter((name) => NAME.test(name)).toSorted((one, other) => (one < other ? 1 : -1))
}
