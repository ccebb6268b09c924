import { cleanText } from '#domain/free-text.ts'
import { examineAll } from '#agent/doctor/examine-all.ts'
import type { Examined } from '#agent/doctor/examination.ts'
import { EXIT, type ExitCode, type Invocation } from '../command.ts'
import { wrapped } from '../wrap.ts'

/** `holdfast doctor`: everything that can be looked at without changing anything, in plain words, with what mends it. */
export async function doctor({ env, configFile, out }: Invocation): Promise<ExitCode> {
  const examined = await examineAll(env, configFile)
  const counts = {
    ok: count(examined, 'ok'),
    findings: count(examined, 'finding'),
    not_checked: count(examined, 'not_checked'),
  }
  const reasons = examined
    .filter(({ state }) => state === 'finding')
    .map(({ id, said }) => ({ code: id, message: said }))
  out.result({ ok: counts.findings === 0, counts, checks: examined, reasons }, asText(examined, counts))
  return counts.findings === 0 ? EXIT.done : EXIT.findings
}

function count(examined: readonly Examined[], state: Examined['state']): number {
  return examined.filter((one) => one.state === state).length
}

const WORDS = { ok: 'ok', finding: 'FINDING', not_checked: 'not checked' } as const
const WORD_WIDTH = 13
const LINE_WIDTH = 100

/** What has to be done comes last, where the eye is when the command ends. */
const ORDER = ['ok', 'not_checked', 'finding'] as const

function asText(
  examined: readonly Examined[],
  { ok, findings, not_checked: unknown }: { ok: number; findings: number; not_checked: number },
): string {
  const lines = ORDER.flatMap((state) => examined.filter((one) => one.state === state)).flatMap(linesOf)
  const verdict = findings === 0 ? 'No finding' : findings === 1 ? '1 finding' : `${findings} findings`
  return [...lines, '', `${verdict}; ${ok} ok, ${unknown} not checked.`].join('\n')
}

function linesOf({ state, title, said, mend }: Examined): string[] {
  const text = wrapped(`${title}: ${cleanText(said, Infinity)}`, LINE_WIDTH - WORD_WIDTH)
  const [first = '', ...more] = text
  const indent = ' '.repeat(WORD_WIDTH)
  // A command is to be copied: it stays on one line.
  const mending = mend === null ? [] : [`${indent}mend: ${cleanText(mend, Infinity)}`]
  return [`${WORDS[state].padEnd(WORD_WIDTH)}${first}`, ...more.map((line) => `${indent}${line}`), ...mending]
}
