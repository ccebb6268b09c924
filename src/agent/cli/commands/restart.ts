import { RUNGS, type Rung } from '#domain/journal/events.ts'
import { sentenceOf } from '#domain/policy/reason-words.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import { suggestion } from '#domain/suggest.ts'
import { askForRestart } from '#agent/operator/operator-commands.ts'
import { awaitEnd, type RestartEnd, type RestartWish } from '#agent/operator/request-restart.ts'
import { isWatchdogRunning } from '#agent/serve/watchdog-liveness.ts'
import { operatorSettings } from '#agent/operator/operator-settings.ts'
import { systemClock } from '#agent/system/clock.ts'
import { EXIT, type ExitCode, type Invocation, type OptionValues } from '../command.ts'
import { reasonOption } from '../reason-option.ts'

/** `holdfast restart`: asks the watchdog for a rung of the ladder, the weakest by default, and waits for the outcome. */
export async function restart({ env, configFile, options, out }: Invocation): Promise<ExitCode> {
  const wish = wishOf(options)
  const settings = operatorSettings(env, configFile)
  const { runtime_dir: runtimeDir } = settings.contract.contract.paths
  // Asked here too: without a watchdog not even a journal is begun (WD7).
  if (!(await isWatchdogRunning(runtimeDir, systemClock.wallNow()))) {
    throw new HoldfastProblem('watchdog_not_running', 'nothing was asked for')
  }
  const answer = await askForRestart(settings, wish)
  const { requestId } = answer
  if (answer.kind === 'refused') {
    return tell({ kind: 'refused', reasons: answer.decision.reasons, detail: '' })
  }
  if (options['no-wait'] === true) {
    out.result({ accepted: true, request_id: requestId }, `Accepted: request ${requestId}.`)
    return EXIT.done
  }
  out.note(`Accepted: request ${requestId}.`)
  return tell(await awaitEnd(settings.contract.contract.paths, requestId, out.note))

  function tell(end: RestartEnd): ExitCode {
    out.result(documentOf(requestId, end), textOf(end))
    return { verified: EXIT.done, failed: EXIT.failed, refused: EXIT.refused }[end.kind]
  }
}

function wishOf(options: OptionValues): RestartWish {
  return { rung: rungOf(options), override: overrideOf(options) }
}

function rungOf({ rung = 'reload' }: OptionValues): Rung {
  const known = RUNGS.find((name) => name === rung)
  if (known !== undefined) return known
  const near = suggestion(String(rung), RUNGS)
  const hint = near === null ? `expected one of ${RUNGS.join(', ')}` : `did you mean "${near}"?`
  throw new HoldfastProblem('usage', `--rung: found "${rung}"; ${hint}`)
}

/** An override is asked for in full or not at all: half of one is a mistake, and would be refused later. */
function overrideOf(options: OptionValues): RestartWish['override'] {
  const wants = options.override === true
  const parts = ['acknowledge', 'reason', 'pass'].filter((name) => options[name] !== undefined)
  if (!wants && parts.length > 0) {
    throw new HoldfastProblem('usage', `--${parts.join(', --')} belongs to --override`)
  }
  if (!wants) return null
  if (options.acknowledge !== true) {
    throw new HoldfastProblem(
      'usage',
      '--override needs --acknowledge: it passes the guard and counts as an attempt',
    )
  }
  if (options.pass !== undefined && options.pass !== 'preflight') {
    throw new HoldfastProblem('usage', `--pass: expected "preflight", found "${options.pass}"`)
  }
  return {
    acknowledged: true,
    reason: reasonOption(options),
    passes: options.pass === 'preflight' ? ['preflight'] : [],
  }
}

function documentOf(requestId: string, end: RestartEnd): object {
  const reasons = end.kind === 'refused' ? end.reasons : end.kind === 'failed' ? [end.reason] : []
  return {
    request_id: requestId,
    outcome: end.kind,
    detail: end.detail || null,
    reasons: reasons.map((code) => ({ code, message: sentenceOf(code) })),
  }
}

function textOf(end: RestartEnd): string {
  switch (end.kind) {
    case 'verified':
      return `Verified: ${end.detail || 'new workers serve, and the target is healthy.'}`
    case 'failed':
      return `Failed (${end.reason}): ${end.detail}`
    case 'refused':
      return [
        'Refused.',
        ...end.reasons.map((code) => `  ${sentenceOf(code)} (${code})`),
        ...(end.detail === '' ? [] : [`  Here: ${end.detail}.`]),
      ].join('\n')
  }
}
