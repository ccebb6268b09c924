/** What the program of a gate prints, as its last line: figures and findings, never a verdict that they do not bear out. */
import * as z from 'zod/mini'

/** Beyond these a report is no longer read by anybody, and a program that goes on is broken. */
export const REPORT_BYTES_LIMIT = 256 * 1024

const words = z.string().check(z.maxLength(2000))

export const gateFigure = z.object({
  name: words,
  value: z.union([z.number(), z.string(), z.boolean()]),
  unit: z.nullable(z.string()),
  /** What it is held against, in words; null: told, and not judged. */
  limit: z.nullable(z.string()),
})

export const gateFinding = z.object({
  code: z.string().check(z.regex(/^[a-z0-9_]{1,60}$/)),
  message: words,
  mend: z.nullable(words),
})

export const gateReport = z.object({
  format: z.literal('holdfast.gate-report/1'),
  /** `not_run`: something was missing that it needs. */
  outcome: z.enum(['passed', 'failed', 'not_run']),
  /** How many single things were looked at: a gate that looked at nothing proves nothing. */
  checks: z.int().check(z.nonnegative()),
  figures: z.array(gateFigure).check(z.maxLength(100)),
  findings: z.array(gateFinding).check(z.maxLength(200)),
  /** Of what it was run on. */
  hashes: z.array(z.object({ name: words, sha256: z.string() })).check(z.maxLength(200)),
})

export type GateFigure = z.infer<typeof gateFigure>
export type GateFinding = z.infer<typeof gateFinding>
export type GateReport = z.infer<typeof gateReport>

/** Passed is what looked at something and found nothing; whatever the program itself calls it. */
export function settledReport(report: GateReport): GateReport {
  if (report.outcome !== 'passed') return report
  if (report.findings.length > 0) return { ...report, outcome: 'failed' }
  if (report.checks > 0) return report
  return notRun('nothing_checked', 'the gate looked at nothing', 'read its program')
}

export function notRun(code: string, message: string, mend: string | null = null): GateReport {
  return {
    format: 'holdfast.gate-report/1',
    outcome: 'not_run',
    checks: 0,
    figures: [],
    findings: [{ code, message, mend }],
    hashes: [],
  }
}
