/** Gates and what blocks a cutover, in words for a terminal. */
import type { BuildIdentity } from '#domain/release/evidence.ts'
import type { GatesView, GateView } from '#domain/schemas/gates-api.ts'
import { ageText } from '#domain/units.ts'

const MARKS = { passed: '✓', waived: '~', not_passed: '✗' } as const

export function buildText({
  commit,
  build_hash: build,
  contract_version: contract,
  tree,
}: BuildIdentity): string {
  const named = (hash: string | null) => hash?.slice(0, 12) ?? 'none'
  const changes = tree === 'dirty' ? ', with uncommitted changes' : ''
  return `Build ${named(build)} of commit ${named(commit)}${changes}, contract ${contract ?? 'none'}`
}

export function gateLines(gates: readonly GateView[]): string[] {
  return gates.flatMap(({ id, verdict, evidence, reasons, waiver }) => {
    const age = evidence === null ? '' : `, ${ageText(evidence.age_ms)} ago`
    const state = { passed: 'passed', waived: 'waived', not_passed: 'not passed' }[verdict]
    const who =
      waiver === null ? [] : [`    waived by ${waiver.name} until ${waiver.until}: ${waiver.reason}`]
    return [
      `  ${MARKS[verdict]} ${id.padEnd(20)} ${state}${age}`,
      ...reasons.map(({ message }) => `    ${message}`),
      ...who,
    ]
  })
}

export function blockLines({ blocks }: Pick<GatesView, 'blocks'>): string[] {
  return blocks.flatMap(({ message, unblock }) => [`  ${message}`, `    ${unblock}`])
}

export function promotionLines({ promotion }: Pick<GatesView, 'promotion'>): string[] {
  const { pinned, unfinished, last_rollback: last } = promotion
  const lines =
    pinned === null
      ? ['Nothing is promoted here.']
      : [`Promoted: build ${pinned.build_hash?.slice(0, 12) ?? 'none'}, by ${pinned.by}, ${pinned.at}.`]
  if (unfinished !== null)
    lines.push(`Unfinished: a ${unfinished.act}, still to do: ${unfinished.left.join(', ')}.`)
  if (last !== null) {
    const verdict = last.verified && last.took_ms <= last.target_ms ? 'in time' : 'NOT as it should be'
    lines.push(
      `Last rollback: ${(last.took_ms / 1000).toFixed(1)} s of ${last.target_ms / 1000} s, ${verdict}.`,
    )
  }
  return lines
}
