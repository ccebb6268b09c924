/** The command as an operator types it, of whichever release is the current one (RC1, SD1). */
import type { RuntimeContract } from '../schemas/runtime-contract.ts'
import { programOf } from './deployment.ts'

export const commandFile = 'deploy/bin/holdfast'
/** Where every account's and sudo's own search looks. */
export const COMMAND = '/usr/local/bin/holdfast'

export function renderCommand(contract: RuntimeContract): string {
  return `#!/bin/sh
# Rendered from the runtime contract, version ${contract.version}; do not edit.
exec ${quoted(contract.binaries.node)} ${quoted(programOf(contract))} "$@"
`
}

function quoted(path: string): string {
  return `'${path.replaceAll("'", `'\\''`)}'`
}
