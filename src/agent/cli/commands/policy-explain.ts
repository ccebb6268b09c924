import { resolveConfig } from '#domain/config/resolve.ts'
import { policyConfigOf, type PolicyConfig } from '#domain/policy/config.ts'
import {
  explainPolicy,
  type ExplainAnswer,
  type ExplainFault,
  type ExplainPart,
  type PolicyExplanation,
} from '#domain/policy/explain.ts'
import { reasonText, warningText } from '#domain/policy/reason-words.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import { findingText } from '#domain/schemas/findings.ts'
import { isoText } from '#domain/time.ts'
import { durationText } from '#domain/units.ts'
import { describeFaults } from '#agent/settings/load-contract.ts'
import { readJson } from '#agent/settings/read-json.ts'
import { localOffset, systemClock } from '#agent/system/clock.ts'
import { EXIT, type ExitCode, type Invocation } from '../command.ts'
import { readInputFile } from '../input-text.ts'

/** `holdfast policy explain`: exits 0 whatever the decision, for the explanation is what was asked. */
export async function policyExplain({ options, env, configFile, out }: Invocation): Promise<ExitCode> {
  const files = { history: options.history, request: options.request, signals: options.signals }
  if (typeof files.history !== 'string') {
    throw new HoldfastProblem('usage', '--history FILE is needed (holdfast policy explain --help)')
  }
  const answer = explainPolicy({
    config: policyInForce(env, configFile),
    history: readInputFile(files.history),
    request: readOptional(files.request),
    signals: readOptional(files.signals),
    at: typeof options.at === 'string' ? options.at : null,
    now: systemClock.wallNow(),
    localOffset,
  })
  if (!answer.ok) throw unusable(answer.faults, { ...files, at: '--at' })
  for (const name of answer.unknownSignals)
    out.note(`warning: ${String(files.signals)}: unknown signal ${name}`)
  out.result(answer.explanation, asText(answer))
  return EXIT.done
}

/** The policy's settings alone: an explanation must not need a contract that holds. */
function policyInForce(env: Invocation['env'], configFile: string | null): PolicyConfig {
  const answer = resolveConfig({
    env,
    file: configFile === null ? null : { path: configFile, content: readJson(configFile, 'config_invalid') },
  })
  if (!answer.ok) throw new HoldfastProblem('config_invalid', describeFaults(answer.faults))
  return policyConfigOf(answer.config.values)
}

function readOptional(file: Invocation['options'][string]): string | null {
  return typeof file === 'string' ? readInputFile(file) : null
}

function unusable(
  faults: readonly ExplainFault[],
  names: Readonly<Record<ExplainPart, Invocation['options'][string]>>,
): HoldfastProblem {
  const texts = faults.flatMap(({ part, findings }) =>
    findings.map((finding) => `${String(names[part])}: ${findingText(finding)}`),
  )
  return new HoldfastProblem('input_invalid', texts.join('\n  '))
}

function asText({ explanation, source, at }: Extract<ExplainAnswer, { ok: true }>): string {
  const { allowed, reason, reasons, warnings } = explanation
  const who = source === 'automatic' ? 'An automatic restart' : 'A manual restart'
  return [
    `${who} at ${isoText(at)} ${allowed ? 'would go ahead' : 'would be refused'} (${reason})`,
    '',
    `  ${reasonText(reason)}`,
    ...reasons.slice(1).map((other) => `  Also: ${reasonText(other)} (${other})`),
    ...warnings.map((warning) => `  Warning: ${warningText(warning)} (${warning})`),
    '',
    ...figures(explanation),
  ].join('\n')
}

function figures(explanation: PolicyExplanation): string[] {
  const { thresholds, cooldown_remaining_seconds: remaining } = explanation
  const window = durationText(explanation.window_seconds * 1000)
  return [
    `  state     ${explanation.state}`,
    `  attempts  ${explanation.attempts_in_window} of ${explanation.retry_budget} in ${window}`,
    `  churn     ${thresholds.churn_in_window}, guarded from ${explanation.churn_threshold} in ${window}`,
    `  cooldown  ${remaining === 0 ? 'over' : `${durationText(remaining * 1000)} left`}`,
  ]
}
