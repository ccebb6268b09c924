/**
 * What an operator's command means when it is not told where things lie. In a checkout in which `npm start` has
 * run, that is what was started there; beside a demonstration, its contract. Everywhere else the shipped contract
 * holds, as for agent and watchdog.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { loadSettings, type Settings } from '#agent/settings/settings.ts'
import { CHECKOUT } from '#agent/places.ts'
import { renderedContract, settleDirectories } from '#agent/start/plan.ts'

type Environment = Readonly<Record<string, string | undefined>>

export function operatorSettings(env: Environment, configFile: string | null): Settings {
  const hasRunHere = existsSync(join(CHECKOUT, '.holdfast', 'state'))
  const settled = hasRunHere ? settleDirectories(env, configFile).env : env
  const settings = loadSettings(settled, configFile)
  const rendered = renderedContract(settings.contract.contract.paths.state_dir)
  const isNamed = configFile !== null || settings.config.values.contract_file !== null
  if (isNamed || !existsSync(rendered)) return settings
  return loadSettings({ ...settled, HOLDFAST_CONTRACT_FILE: rendered }, configFile)
}
