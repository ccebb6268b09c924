import { resolve } from 'node:path'
import { failing, type CheckItem } from '#domain/contract/check-item.ts'
import { resolveConfig } from '#domain/config/resolve.ts'
import { cleanText } from '#domain/free-text.ts'
import { mapTexts } from '#domain/map-texts.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import { suggestion } from '#domain/suggest.ts'
import { checkContract, type Checked } from '#agent/contract/check-contract.ts'
import { HostRoot, installedContractFile } from '#agent/contract/host-root.ts'
import { ownContractFile } from '#agent/settings/own-contract-file.ts'
import { EXIT, type ExitCode, type Invocation } from '../command.ts'

/** `holdfast contract check`: what has drifted from the runtime contract, and how to mend it (RC3, RC5). */
export async function contractCheck({ env, options, out }: Invocation): Promise<ExitCode> {
  const host = new HostRoot(resolve(typeof options.root === 'string' ? options.root : '/'))
  const file =
    env.HOLDFAST_CONTRACT_FILE ?? (host.isThisHost ? ownContractFile() : installedContractFile(host))
  const checked = checkContract(host, host.isThisHost ? resolve(file) : file, env)
  const unit = unitOf(checked, options.unit)
  const strict = options.strict === true
  const failed = failing(checked.items, { unit, strict })
  const passes = failed.length === 0
  const isEnforced = !strict || enforces(env)
  out.result(
    {
      ok: passes,
      contract_version: checked.contract?.version ?? null,
      strict,
      unit,
      enforced: isEnforced,
      items: checked.items.map((item) => ({ ...item, fatal: failed.includes(item) })),
    },
    textOf(checked, failed),
  )
  if (passes || isEnforced) return passes ? EXIT.done : EXIT.findings
  out.note(`warning: ${counted(failed.length)}, and RUNTIME_CONTRACT_ENFORCE is false: no start is refused`)
  return EXIT.done
}

function unitOf({ contract }: Checked, given: Invocation['options'][string]): string | null {
  if (typeof given !== 'string') return null
  const known = Object.values(contract?.units ?? {})
  if (contract === null || known.includes(given)) return given
  const near = suggestion(given, known)
  const hint = near === null ? `known: ${known.join(', ')}` : `did you mean "${near}"?`
  throw new HoldfastProblem('usage', `the contract has no unit "${given}"; ${hint}`)
}

/** A malformed value is no permission. */
function enforces({ RUNTIME_CONTRACT_ENFORCE }: Invocation['env']): boolean {
  const settled = resolveConfig({ env: { RUNTIME_CONTRACT_ENFORCE }, file: null })
  return !settled.ok || settled.config.values['contract.enforce']
}

function textOf({ items }: Checked, failed: readonly CheckItem[]): string {
  const told = items.filter(({ state }) => state !== 'ok')
  const good = items.length - told.length
  const verdict = failed.length === 0 ? 'no finding that counts here' : counted(failed.length)
  return [
    ...told.flatMap((item) => itemLines(item, failed.includes(item))),
    `${verdict}; ${good} items ok`,
  ].join('\n')
}

function counted(findings: number): string {
  return findings === 1 ? '1 finding' : `${findings} findings`
}

function cleanItem(item: CheckItem): CheckItem {
  return mapTexts(item, (text) => cleanText(text, Infinity)) as CheckItem
}

const WORDS = {
  ok: 'ok',
  drift: 'DRIFT',
  not_checked: 'NOT CHECKED',
  not_applicable: 'not applicable',
} as const

function itemLines(item: CheckItem, isFatal: boolean): string[] {
  // What units, files and processes say is nobody's to draw on a terminal with (SE8).
  const { state, what, scope, source, against, expected, found, why, mend } = cleanItem(item)
  const weight = isFatal || state === 'not_applicable' ? '' : ' (reported only)'
  return [
    `${WORDS[state]}${weight}: ${what} (${scope})`,
    `  read in   ${source}`,
    ...(why === null ? [] : [`  because   ${why}`]),
    ...(expected === null ? [] : [`  expected  ${expected}   (${against})`]),
    ...(found === null ? [] : [`  found     ${found}`]),
    ...(mend === null ? [] : [`  mend      ${mend}`]),
  ]
}
