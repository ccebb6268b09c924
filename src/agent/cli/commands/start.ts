import { asProblem } from '#agent/as-problem.ts'
import { startEverything, type Everything } from '#agent/start/start-everything.ts'
import { untilStopped } from '#agent/start/until-stopped.ts'
import { EXIT, type ExitCode, type Invocation } from '../command.ts'
import { scenarioOption } from '../scenario-option.ts'

/** `holdfast start`, which is `npm start`: everything, until it is told to stop. */
export async function start({ env, configFile, options, json, out }: Invocation): Promise<ExitCode> {
  const scenario = scenarioOption(options)
  const stopped = untilStopped()
  const everything = await startEverything({ env, configFile, scenario, stopped, say: out.note })
  if (everything === null) return EXIT.done
  try {
    await announce(everything, configFile === null)
    await Promise.race([stopped, everything.broken])
    return EXIT.done
  } finally {
    await everything.stop()
  }

  async function announce({ url, signInLink }: Everything, isDemonstration: boolean): Promise<void> {
    if (json) {
      out.result({ ready: true, url, demonstration: isDemonstration ? scenario : null }, '')
      return
    }
    out.result({}, `Holdfast ready: ${url}`)
    // Elsewhere it would stay in a file or a log: there, an account or `holdfast login-link` is the way in.
    if (process.stdout.isTTY) await showLink(signInLink)
    if (isDemonstration) {
      out.note(
        `This is a demonstration (${scenario}): a real service on this machine, with faults caused on purpose.`,
      )
    }
    out.note('Ctrl-C stops everything.')
  }

  /** Without it everything runs all the same, and `holdfast login-link` says what is in its way. */
  async function showLink(signInLink: Everything['signInLink']): Promise<void> {
    try {
      out.result({}, `Sign in, once, within 15 minutes: ${await signInLink()}`)
    } catch (error) {
      out.note(`No sign-in link could be made: ${asProblem(error).message}`)
    }
  }
}
