/** Where the parts of a deployment lie that the runtime contract does not name, the same in each rendered file. */
import type { RuntimeContract } from '../schemas/runtime-contract.ts'

/** Holds one directory for each release. */
export const RELEASES = '/opt/holdfast/releases'
/** A symlink to the release that runs. */
export const RELEASE = '/opt/holdfast/current'
/** One line for each time that the link was moved, written before it is. */
export const RELEASE_SWITCHES = '/opt/holdfast/switches.jsonl'
export const INSTALLED_CONTRACT = `${RELEASE}/deploy/runtime-contract.json`
/** That of the layout `project`, with what is rendered from it beside it: a checkout's own is not to be written to. */
export const PROJECT_CONTRACT = '/etc/holdfast/contract/runtime-contract.json'
export const UNIT_DIRECTORY = '/etc/systemd/system'
export const ENVIRONMENT_FILE = '/etc/holdfast/holdfast.env'
/** The target's own: application, workers, hooks. Nobody but its owner can know them. */
export const GUNICORN_CONFIG = '/etc/holdfast/gunicorn.conf.py'
/** Where gunicorn tells of its requests: the preset of `statsd.port`. */
export const STATSD = '127.0.0.1:8125'

/** The layouts of an installation (SD1): releases and a link, or the checkout itself. */
export function codeDir({ code_dir: own }: Pick<RuntimeContract, 'code_dir'>): string {
  return own ?? RELEASE
}

/** The same in each release. */
/** Beside a contract lies what was rendered from it. */
export function beside(contractFile: string, file: string): string {
  return `${contractFile.slice(0, contractFile.lastIndexOf('/'))}/${file.replace(/^deploy\//, '')}`
}

export const PROGRAM_IN_CODE = '/build/agent/holdfast.js'

export function programOf(contract: RuntimeContract): string {
  return codeDir(contract) + PROGRAM_IN_CODE
}

export function installedContract({ code_dir: own }: RuntimeContract): string {
  return own === undefined ? INSTALLED_CONTRACT : PROJECT_CONTRACT
}
