/** `holdfast gates waive`: a gate that is let pass for this build, by somebody who answers for it (MG3). */
import { HoldfastProblem } from '#domain/problems.ts'
import { GATE_IDS, isGateId, type GateId } from '#domain/release/gates.ts'
import { WAIVER_LONGEST_MS } from '#domain/release/waiver.ts'
import { suggestion } from '#domain/suggest.ts'
import { isoText } from '#domain/time.ts'
import { recordRelease } from '#agent/operator/record-release.ts'
import { cleanReason } from '#agent/operator/words.ts'
import { CHECKOUT } from '#agent/places.ts'
import { readBuild } from '#agent/release/read-build.ts'
import { releaseSettings } from '#agent/release/release-settings.ts'
import { systemClock } from '#agent/system/clock.ts'
import { EXIT, type ExitCode, type Invocation, type OptionValues } from '../command.ts'
import { durationOption } from '../duration-option.ts'
import { reasonOption } from '../reason-option.ts'

export async function gatesWaive({ env, configFile, options, out }: Invocation): Promise<ExitCode> {
  const [gate, name, reason] = [gateOption(options), nameOption(options), reasonOption(options)]
  const until = systemClock.wallNow() + forOption(options)
  const { commit, build_hash } = await readBuild(CHECKOUT)
  if (build_hash === null)
    throw new HoldfastProblem('console_not_built', 'a waiver is for one build, and there is none')
  const settings = releaseSettings(env, configFile)
  const word = { type: 'gate_waived' as const, gate, name, reason, until, commit, build_hash }
  const { event_id, by } = await recordRelease(settings, word)
  const document = {
    gate,
    name,
    reason,
    until: isoText(until),
    commit,
    build_hash,
    recorded: true,
    event_id,
    by,
  }
  out.result(
    document,
    `${gate} is waived for build ${build_hash.slice(0, 12)} until ${isoText(until)}; ${name} answers for it, recorded by ${by}.`,
  )
  return EXIT.done
}

function gateOption({ gate }: OptionValues): GateId {
  if (typeof gate === 'string' && isGateId(gate)) return gate
  const near = typeof gate === 'string' ? suggestion(gate, GATE_IDS) : null
  const hint = near === null ? `one of ${GATE_IDS.join(', ')}` : `did you mean "${near}"?`
  throw new HoldfastProblem('usage', `--gate is needed: ${hint}`)
}

function nameOption({ name }: OptionValues): string {
  const said = typeof name === 'string' ? cleanReason(name) : ''
  if (said === '') throw new HoldfastProblem('usage', '--name NAME is needed: who answers for it')
  return said
}

function forOption(options: OptionValues): number {
  if (typeof options.for !== 'string') {
    throw new HoldfastProblem('usage', '--for TIME is needed: a waiver ends, after at most 7d')
  }
  const duration = durationOption('for', options.for)
  if (duration <= WAIVER_LONGEST_MS) return duration
  throw new HoldfastProblem('usage', `--for: expected at most 7d, found "${options.for}"`)
}
