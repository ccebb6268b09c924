import { RUNGS, type Rung } from '#domain/journal/events.ts'
import { sentenceOf } from '#domain/policy/reason-words.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import { suggestion } from '#domain/suggest.ts'
import {
  awaitEnd,
  publishRestart,
  type RestartEnd,
  type RestartWish,
} from '#agent/operator/request-restart.ts'
import { livingWord } from '#agent/serve/watchdog-liveness.ts'
import { loadSettings } from '#agent/settings/settings.ts'
import { systemClock } from '#agent/system/clock.ts'
import { EXIT, type ExitCode, type Invocation, type OptionValues } from '../command.ts'
import { reasonOption } from '../reason-option.ts'

/** `holdfast restart`: asks the watchdog for a rung of the ladder, the weakest by default, and waits for the outcome. */
export async function restart({ env, configFile, options, out }: Invocation): Promise<ExitCode> {
  const wish = wishOf(options)
  const { contract } = loadSettings(env, configFile).contract
  const word = await livingWord(contract.paths.runtime_dir, systemClock.wallNow())
  if (word === null) throw new HoldfastProblem('watchdog_not_running', 'nothing was asked for')
  // An override passes the guard, but not this: whether a restart is under way cannot be known.
  if (word.problem === 'state_unreadable') {
    throw new HoldfastProblem('state_unreadable', 'nothing was asked for, and an override would not pass')
  }
  if (word.problem === 'state_unwritable' && wish.override === null) {
    throw new HoldfastProblem('state_unwritable', 'nothing was asked for; an override would be carried out')
  }
  const requestId = await publishRestart(contract, wish)
  if (options['no-wait'] === true) {
    out.result({ accepted: true, request_id: requestId }, `Accepted: request ${requestId}.`)
    return EXIT.done
  }
  out.note(`Accepted: request ${requestId}.`)
  const end = await awaitEnd(contract.paths, requestId, out.note)
  out.result(documentOf(requestId, end), textOf(end))
  return { verified: EXIT.done, failed: EXIT.failed, refused: EXIT.refused }[end.kind]
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
