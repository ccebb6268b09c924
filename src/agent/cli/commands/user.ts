import { isoText } from '#domain/time.ts'
import { addAccount, listAccounts, removeAccount, setPassword } from '#agent/operator/access-commands.ts'
import { operatorSettings } from '#agent/operator/operator-settings.ts'
import { nameOption, roleOption } from '../access-options.ts'
import { EXIT, type ExitCode, type Invocation } from '../command.ts'
import { readPassword } from '../password-input.ts'

/** `holdfast user add`: an account for the console (SE1). */
export async function userAdd({ env, configFile, options, out }: Invocation): Promise<ExitCode> {
  const [name, role] = [nameOption(options), roleOption(options)]
  const password = await readPassword(name)
  const { by } = await addAccount(operatorSettings(env, configFile), { name, role, password })
  out.result({ added: true, name, role, by }, `Account ${name} (${role}) can sign in now; added by ${by}.`)
  return EXIT.done
}

export async function userList({ env, configFile, out }: Invocation): Promise<ExitCode> {
  const { accounts } = await listAccounts(operatorSettings(env, configFile))
  const rows = accounts.map(
    ({ name, role, password_set_at: at }) =>
      `${name.padEnd(32)}  ${role.padEnd(8)}  password of ${isoText(at)}`,
  )
  out.result({ accounts }, rows.length === 0 ? 'There is no account: holdfast user add' : rows.join('\n'))
  return EXIT.done
}

/** `holdfast user passwd`: another password; whoever is signed in with the old one is not any more. */
export async function userPasswd({ env, configFile, options, out }: Invocation): Promise<ExitCode> {
  const name = nameOption(options)
  const password = await readPassword(name)
  const { by } = await setPassword(operatorSettings(env, configFile), { name, password })
  out.result(
    { password_set: true, name, by },
    `The password of ${name} is set by ${by}; its sessions have ended.`,
  )
  return EXIT.done
}

export async function userRemove({ env, configFile, options, out }: Invocation): Promise<ExitCode> {
  const name = nameOption(options)
  const { by } = await removeAccount(operatorSettings(env, configFile), name)
  out.result({ removed: true, name, by }, `Account ${name} is removed by ${by}; its sessions have ended.`)
  return EXIT.done
}
