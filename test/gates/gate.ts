/**
 * What a gate's program is made of: it looks at things, one by one, and prints what it found as one report. It has passed
 * when it looked at something and found nothing; an error in it is not a pass, and not a finding about the release.
 */
import { createHash } from 'node:crypto'
import {
  notRun,
  settledReport,
  type GateFigure,
  type GateFinding,
  type GateReport,
} from '#domain/release/gate-report.ts'

export class Look {
  #checks = 0
  readonly #figures: GateFigure[] = []
  readonly #findings: GateFinding[] = []
  readonly #hashes: GateReport['hashes'] = []

  /** One thing that has to hold. Returns whether it does. */
  holds(isSo: boolean, code: string, message: string, mend: string | null = null): boolean {
    this.#checks += 1
    if (!isSo) this.#findings.push({ code, message: message.slice(0, 1900), mend })
    return isSo
  }

  /** Findings that were made elsewhere, by so many looks. */
  add(checks: number, findings: readonly GateFinding[]): void {
    this.#checks += checks
    this.#findings.push(...findings)
  }

  figure(
    name: string,
    value: GateFigure['value'],
    unit: string | null = null,
    limit: string | null = null,
  ): void {
    this.#figures.push({ name, value, unit, limit })
  }

  hash(name: string, content: string | Uint8Array): void {
    this.#hashes.push({ name, sha256: createHash('sha256').update(content).digest('hex') })
  }

  report(): GateReport {
    return settledReport({
      format: 'holdfast.gate-report/1',
      outcome: 'passed',
      checks: this.#checks,
      figures: this.#figures.slice(0, 100),
      findings: this.#findings.slice(0, 200),
      hashes: this.#hashes.slice(0, 200),
    })
  }
}

/** Something that it needs is not on this machine. */
export class ToolMissing extends Error {
  override name = 'ToolMissing'
}

/** Runs a gate to its report, on standard output; everything else it says goes to standard error. */
export async function printGate(act: (look: Look) => Promise<void>): Promise<void> {
  process.stdout.write(JSON.stringify(await gateOf(act)))
}

async function gateOf(act: (look: Look) => Promise<void>): Promise<GateReport> {
  const look = new Look()
  try {
    await act(look)
    return look.report()
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    if (error instanceof ToolMissing)
      return notRun(
        'tool_missing',
        message,
        'npm test installs what is missing, as root on Debian and Ubuntu',
      )
    process.stderr.write(`${error instanceof Error ? error.stack : message}\n`)
    return notRun('broke_off', `it broke off: ${message.slice(0, 1000)}`)
  }
}
