/** How the answers of `holdfast` commands that serve as gates read as reports. */
import * as z from 'zod/mini'
import { notRun, type GateReport } from '#domain/release/gate-report.ts'
import type { GateId } from '#domain/release/gates.ts'
import { rehearsalReport, rehearsal } from '#domain/release/rehearsal.ts'
import { plainReport, type Interpreter } from './run-program.ts'

export function interpreterOf(gate: GateId): Interpreter {
  switch (gate) {
    case 'image-contract':
      return imageReport
    case 'rehearsal':
      return (document, code) => {
        const parsed = rehearsal.safeParse(document)
        return parsed.success ? rehearsalReport(parsed.data) : problemReport(document, code)
      }
    default:
      return plainReport
  }
}

/** As `holdfast image check --json` promises it; what it may say beyond that is its own. */
const imageAnswer = z.object({
  ok: z.boolean(),
  findings: z.array(z.object({ rule: z.string(), place: z.string(), message: z.string(), mend: z.string() })),
  checked: z.array(z.object({ kind: z.string(), place: z.string(), entries: z.number() })),
})

function imageReport(document: unknown, code: number): GateReport | null {
  const parsed = imageAnswer.safeParse(document)
  if (!parsed.success) return problemReport(document, code)
  const { ok, findings, checked } = parsed.data
  return {
    format: 'holdfast.gate-report/1',
    outcome: ok && code === 0 ? 'passed' : 'failed',
    checks: checked.reduce((sum, { entries }) => sum + entries, 0),
    figures: [
      { name: 'findings', value: findings.length, unit: null, limit: '0' },
      ...checked.slice(0, 50).map(({ kind, place, entries }) => ({
        name: `${kind} ${place}`,
        value: entries,
        unit: 'entries',
        limit: null,
      })),
    ],
    findings: findings.slice(0, 200).map(({ rule, place, message, mend }) => ({
      code: 'image_finding',
      message: `${rule}: ${place}: ${message}`,
      mend,
    })),
    hashes: [],
  }
}

const problemAnswer = z.object({ error: z.object({ code: z.string(), message: z.string() }) })

/** A command that could not do it says why, in the form of every command. */
function problemReport(document: unknown, code: number): GateReport | null {
  const parsed = problemAnswer.safeParse(document)
  if (!parsed.success) return null
  const { error } = parsed.data
  return notRun(error.code, `${error.message} (exit code ${code})`)
}
