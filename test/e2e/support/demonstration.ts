/** `npm start` in a place of its own, in calm. */
import { processesOf, readyUrl, runInTerminal, scratch, type Scratch } from '../../support/holdfast.ts'
import { withAdmin } from '../../support/signed-in.ts'
import { until } from '../../support/until.ts'

export interface RunningDemonstration {
  readonly url: string
  readonly place: Scratch
  readonly link: () => Promise<string>
  readonly stop: () => Promise<void>
}

export async function startDemonstration(
  env: Readonly<Record<string, string>> = {},
): Promise<RunningDemonstration> {
  const place = scratch()
  const started = runInTerminal(['tools/start.mjs', '--scenario', 'calm'], { ...withAdmin(place), ...env })
  return {
    url: await readyUrl(started),
    place,
    link: () => until('the link', () => /^Sign in, once, .*: (\S+)$/m.exec(started.stdout())?.[1]),
    stop: async () => {
      started.process.kill('SIGTERM')
      await started.ended
      await until('all of it has ended', async () => (await processesOf(place.directory)).length === 0)
      place.remove()
    },
  }
}
