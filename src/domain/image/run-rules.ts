/** How an image runs: what a Dockerfile's final stage and the configuration of an exported image both say. */
import type { ImageRule } from './rules.ts'

export interface RunFault {
  readonly rule: ImageRule
  readonly message: string
}

export function userFault(user: string): RunFault | null {
  const [id = '', group = ''] = user.split(':')
  if (/^0*$/.test(id) || id === 'root') return { rule: 'user_root', message: `the user ${id} is root` }
  if (/^\d+$/.test(id) && /^\d*$/.test(group)) return null
  return { rule: 'user_not_numeric', message: `the user ${user.slice(0, 80)} is a name` }
}

export function portFault(ports: readonly string[]): RunFault | null {
  const different = new Set(ports.map((port) => port.replace(/\/tcp$/i, '')))
  if (different.size === 0)
    return { rule: 'port_missing', message: 'no port: it is not told where it answers' }
  if (different.size > 1)
    return {
      rule: 'port_not_single',
      message: `${different.size} ports: ${[...different].join(', ').slice(0, 120)}`,
    }
  const [only = ''] = different
  const number = Number(only)
  const isPlain = /^\d{1,5}$/.test(only) && number > 1023 && number < 65536
  return isPlain ? null : { rule: 'port_not_single', message: `"${only}" is no single port above 1023` }
}

/** `["sh", "-c", "…"]`: the shell is process 1. */
export function startsShell(list: readonly string[]): boolean {
  return /(?:^|\/)(?:ba|da|a|z)?sh$/.test(list[0] ?? '') && list.some((word) => /^-[a-z]*c$/.test(word))
}
