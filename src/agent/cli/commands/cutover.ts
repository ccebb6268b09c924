/** `holdfast cutover`: this build goes live, where nothing stands before it (MG3). */
import { HoldfastProblem } from '#domain/problems.ts'
import { CHECKOUT } from '#agent/places.ts'
import { cutOver, type CutoverDone } from '#agent/release/cut-over.ts'
import { releaseSettings } from '#agent/release/release-settings.ts'
import { systemClock } from '#agent/system/clock.ts'
import { EXIT, type ExitCode, type Invocation, type OptionValues } from '../command.ts'
import { blockLines, buildText } from '../gates-text.ts'
import { reasonOption } from '../reason-option.ts'
import { rootOption } from '../root-option.ts'

const ENDS = { done: EXIT.done, failed: EXIT.failed, refused: EXIT.refused } as const

export async function cutover({ env, configFile, options, out }: Invocation): Promise<ExitCode> {
  const again = againOption(options)
  const settings = releaseSettings(env, configFile)
  const done = await cutOver({
    settings,
    root: rootOption(options),
    release: CHECKOUT,
    again,
    clock: systemClock,
  })
  done.notes.forEach((note) => out.note(note))
  const { kind, ...document } = done
  out.result({ ok: kind === 'done', outcome: kind, ...document }, textOf(done))
  return ENDS[kind]
}

function againOption(options: OptionValues): string | null {
  if (options.again === true) return reasonOption(options)
  if (options.reason === undefined) return null
  throw new HoldfastProblem(
    'usage',
    '--reason goes with --again: it says why a build that was rolled back comes back',
  )
}

const HEADINGS = {
  done: 'This build is live.',
  failed: 'The cutover has not come to its end.',
  refused: 'Refused; nothing was changed. Before a cutover:',
} as const

function textOf({ kind, build, steps, waived, reasons }: CutoverDone): string {
  return [
    HEADINGS[kind],
    ...(kind === 'refused' ? [] : [buildText(build)]),
    ...steps.map(({ step, ok, took_ms: took, detail }) => {
      return `  ${ok ? '✓' : '✗'} ${step.padEnd(12)} ${(took / 1000).toFixed(1)} s  ${detail}`
    }),
    ...blockLines({ blocks: reasons.map((reason) => ({ ...reason })) }),
    ...waived.map(({ gate, name, reason }) => `  ~ ${gate}: waived by ${name}: ${reason}`),
  ].join('\n')
}
