/** The rules of an exported image's configuration (IM3): how it runs is no matter of its files. */
import { isSecretName } from '../redaction.ts'
import { finding, type ImageFinding } from './report.ts'
import type { ImageRule } from './rules.ts'
import { portFault, startsShell, userFault, type RunFault } from './run-rules.ts'
import { secretsIn } from './secrets.ts'

export function judgeImageConfig(place: string, text: string): ImageFinding[] {
  const config = configIn(text)
  if (config === null) return [finding('archive_malformed', place, 'it is no configuration of an image')]
  const told = (fault: RunFault | null) => (fault === null ? [] : [finding(fault.rule, place, fault.message)])
  const user = typeof config.User === 'string' ? config.User : ''
  const missing: RunFault = { rule: 'user_missing', message: 'no user is named: it runs as root' }
  return [
    ...told(user === '' ? missing : userFault(user)),
    ...told(portFault(Object.keys(Object(config.ExposedPorts)))),
    ...told(startFault(config)),
    ...textsOf(config.Env).flatMap((variable) => told(variableFault(variable))),
  ]
}

type Config = Readonly<Record<string, unknown>>

function configIn(text: string): Config | null {
  try {
    const { config } = JSON.parse(text) as { config?: unknown }
    return typeof config === 'object' && config !== null ? (config as Config) : null
  } catch {
    return null // no JSON, or null
  }
}

const textsOf = (value: unknown) => (Array.isArray(value) ? value.map(String) : [])

function startFault({ Entrypoint, Cmd }: Config): RunFault | null {
  const lists = [textsOf(Entrypoint), textsOf(Cmd)]
  const rule = (id: ImageRule, message: string): RunFault => ({ rule: id, message })
  if (lists.every((list) => list.length === 0))
    return rule('entrypoint_missing', 'neither entrypoint nor command')
  return lists.some(startsShell) ? rule('entrypoint_in_shell', 'it starts a shell, which is process 1') : null
}

function variableFault(variable: string): RunFault | null {
  const [, name = '', value = ''] = /^([^=]*)=([^]*)$/.exec(variable) ?? []
  if (value === '' || value.startsWith('/')) return null
  const isSecret = isSecretName(name) || secretsIn(value).length > 0
  return isSecret ? { rule: 'secret', message: `the variable ${name.slice(0, 80)} has a value` } : null
}
