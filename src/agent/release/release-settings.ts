/**
 * Where commands about releases keep what they know. In a checkout that is the checkout's own state, also where nothing
 * was ever started there: whoever runs gates on a build machine is not root, and `/var/lib` is not theirs.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { operatorSettings } from '#agent/operator/operator-settings.ts'
import { CHECKOUT } from '#agent/places.ts'
import type { Settings } from '#agent/settings/settings.ts'
import { settleDirectories } from '#agent/start/plan.ts'

type Environment = Readonly<Record<string, string | undefined>>

export function releaseSettings(env: Environment, configFile: string | null): Settings {
  const isCheckout = existsSync(join(CHECKOUT, '.git'))
  return operatorSettings(isCheckout ? settleDirectories(env, configFile).env : env, configFile)
}
