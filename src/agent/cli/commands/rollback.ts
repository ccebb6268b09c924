/**
 * `holdfast rollback`: back to the previous stable behaviour (MG3, SH7), measured against the declared target time and
 * recorded. Each part is a story of its own in `release/`; here they are put in order and summed up.
 */
import { isInTime, rollbackEnd, rollbackReport, secondsText } from '#domain/release/rollback.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import type { RollbackPart, RollbackReport, RollbackStep } from '#domain/schemas/rollback-report.ts'
import { recordRollback } from '#agent/operator/record-rollback.ts'
import { asProblem } from '#agent/as-problem.ts'
import { CHECKOUT } from '#agent/places.ts'
import { releaseSettings } from '#agent/release/release-settings.ts'
import { rollBackNavigation, type RollbackAsk } from '#agent/release/rollback-navigation.ts'
import { holdPromoted, rollBackRelease, settleRollback } from '#agent/release/rollback-release.ts'
import { systemClock } from '#agent/system/clock.ts'
import { EXIT, type ExitCode, type Invocation, type OptionValues } from '../command.ts'
import { reasonOption } from '../reason-option.ts'
import { rootOption } from '../root-option.ts'

/** In this order: people are out of the console before what it talks to is exchanged. */
const PARTS: Readonly<Record<RollbackPart, (ask: RollbackAsk) => Promise<readonly RollbackStep[]>>> = {
  navigation: rollBackNavigation,
  release: rollBackRelease,
}

const ENDS = { done: EXIT.done, failed: EXIT.failed, unreachable: EXIT.unreachable } as const

export async function rollback({ env, configFile, options, out }: Invocation): Promise<ExitCode> {
  const reason = reasonOption(options)
  const parts = partsOf(options)
  const settings = releaseSettings(env, configFile)
  const targetMs = settings.config.values['rollback.target_s'] * 1000
  const begunAt = systemClock.monotonicNow()
  const ask = {
    settings,
    root: rootOption(options),
    release: CHECKOUT,
    reason,
    clock: systemClock,
    deadline: begunAt + targetMs,
    say: out.note,
  }
  const steps: RollbackStep[] = []
  await noted(out, 'The build is not held back', () => holdPromoted(ask))
  for (const { act } of parts) steps.push(...(await act(ask)))
  const tookMs = Math.round(systemClock.monotonicNow() - begunAt)
  const report = rollbackReport({ parts: parts.map(({ part }) => part), steps, tookMs, targetMs })

  await noted(out, 'What is live now is not kept', () => settleRollback(ask, report))
  const recorded = await recordRollback(settings, { ...report, reason })
  if ('why' in recorded) out.note(`It is not recorded: ${recorded.why}`)
  const eventId = 'eventId' in recorded ? recorded.eventId : null
  out.result({ ...report, reasons: reasonsOf(report), event_id: eventId }, textOf(report))
  return ENDS[rollbackEnd(report)]
}

/** Going back never waits for what is written about it. */
async function noted(out: Invocation['out'], what: string, act: () => Promise<void>): Promise<void> {
  await act().catch((error: unknown) => out.note(`${what}: ${asProblem(error).message}`))
}

function partsOf(options: OptionValues) {
  const named = (Object.keys(PARTS) as RollbackPart[]).filter((part) => options[part] === true)
  if (named.length > 1) throw new HoldfastProblem('usage', '--navigation, --release: expected at most one')
  const wanted = named.length === 0 ? (Object.keys(PARTS) as RollbackPart[]) : named
  return wanted.map((part) => ({ part, act: PARTS[part] }))
}

/** What kept it from being done, for whoever reads the document. */
function reasonsOf(report: RollbackReport): { code: string; message: string }[] {
  const missed = report.steps
    .filter(({ outcome }) => outcome !== 'done')
    .map(({ name, detail }) => ({ code: name, message: detail }))
  return isInTime(report) ? missed : [...missed, { code: 'target_time', message: timeText(report) }]
}

const MARKS = { done: 'done', failed: 'FAILED', unreachable: 'no answer' } as const

function textOf(report: RollbackReport): string {
  const lines = report.steps.map(
    ({ name, outcome, took_ms: took, detail }) =>
      `  ${name.padEnd(14)} ${MARKS[outcome].padEnd(10)} ${secondsText(took).padStart(7)}  ${detail}`,
  )
  const heading = report.success ? 'Rolled back, and seen to be.' : 'Not seen to be rolled back.'
  return [heading, ...lines, timeText(report)].join('\n')
}

function timeText(report: RollbackReport): string {
  const [took, target] = [secondsText(report.took_ms), secondsText(report.target_ms)]
  return isInTime(report)
    ? `It took ${took} of ${target}.`
    : `It took ${took}, longer than the ${target} declared.`
}
