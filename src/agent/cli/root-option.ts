import { resolve } from 'node:path'
import type { OptionValues } from './command.ts'

export const ROOT_OPTION = {
  root: { type: 'string', value: 'DIR', meaning: 'the host below this directory (default: /)' },
} as const

export function rootOption({ root }: OptionValues): string {
  return resolve(typeof root === 'string' ? root : '/')
}
