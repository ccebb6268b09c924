/** `holdfast rehearse`: restart and rollback, walked for real in a scratch root (MG4). */
import { STEP_WORDS, type Rehearsal, type RehearsalStep, type Walk } from '#domain/release/rehearsal.ts'
import { rehearse as walkAll } from '#agent/release/rehearse/rehearse.ts'
import { EXIT, type ExitCode, type Invocation } from '../command.ts'

export async function rehearse({ env, options, out }: Invocation): Promise<ExitCode> {
  const root = typeof options.root === 'string' ? options.root : null
  const done = await walkAll({ root, env, tell: (kind, step) => out.note(stepText(kind, step)) })
  out.result(done, textOf(done))
  return done.ok ? EXIT.done : EXIT.failed
}

function stepText(kind: Walk['worker_class'], { step, ok, took_ms: took, detail }: RehearsalStep): string {
  const time = `${(took / 1000).toFixed(1)} s`.padStart(7)
  return `${ok ? '✓' : '✗'} ${kind.padEnd(8)} ${time}  ${STEP_WORDS[step]}${detail === '' ? '' : `: ${detail}`}`
}

function textOf({ ok, root, rollback, reasons }: Rehearsal): string {
  const { took_ms: took, target_ms: target } = rollback
  const way = took === null ? '' : ` The way back took ${(took / 1000).toFixed(1)} s of ${target / 1000} s.`
  if (ok) return `Rehearsed: every step came about.${way}`
  return [
    `Not rehearsed.${way}`,
    ...reasons.map(({ message }) => `  ${message}`),
    `What it left to look at lies in ${root}.`,
  ].join('\n')
}
