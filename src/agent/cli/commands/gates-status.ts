/** `holdfast gates status`: what was proved of this build, and what stands before its cutover (MG6). Runs nothing. */
import { gatesViewOf } from '#domain/release/view.ts'
import { CHECKOUT } from '#agent/places.ts'
import { releaseSettings } from '#agent/release/release-settings.ts'
import { sightPlace, sightReleaseOnce } from '#agent/release/sight-release.ts'
import { systemClock } from '#agent/system/clock.ts'
import { EXIT, type ExitCode, type Invocation } from '../command.ts'
import { blockLines, buildText, gateLines, promotionLines } from '../gates-text.ts'

export async function gatesStatus({ env, configFile, out }: Invocation): Promise<ExitCode> {
  const settings = releaseSettings(env, configFile)
  const view = gatesViewOf(await sightReleaseOnce(sightPlace(settings, CHECKOUT)), systemClock.wallNow())
  const verdict = view.ready
    ? ['Nothing stands before a cutover: holdfast cutover']
    : ['Before a cutover:', ...blockLines(view)]
  out.result(
    view,
    [buildText(view.build), ...gateLines(view.gates), ...verdict, ...promotionLines(view)].join('\n'),
  )
  return EXIT.done
}
