import { isoText } from '#domain/time.ts'
import { makeLoginLink } from '#agent/operator/access-commands.ts'
import { operatorSettings } from '#agent/operator/operator-settings.ts'
import { EXIT, type ExitCode, type Invocation } from '../command.ts'

/** `holdfast login-link`: in as an administrator, once, without a password (SE2). */
export async function loginLink({ env, configFile, out }: Invocation): Promise<ExitCode> {
  const { url, endsAt } = await makeLoginLink(operatorSettings(env, configFile))
  out.result({ url, ends_at: isoText(endsAt) }, url)
  out.note(`It lets in once, until ${isoText(endsAt)}. Whoever has it is an administrator: open it yourself.`)
  return EXIT.done
}
