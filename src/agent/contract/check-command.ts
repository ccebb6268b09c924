/** The command as an operator types it: another would answer for another deployment. No unit's start depends on it. */
import { drifted, matches, notApplicable, type CheckItem } from '#domain/contract/check-item.ts'
import { COMMAND, commandFile, renderCommand } from '#domain/contract/command-file.ts'
import { beside } from '#domain/contract/deployment.ts'
import type { Ground } from './ground.ts'
import { shellWord } from '#agent/shell-word.ts'

const SCOPE = 'command'
/** Far above it. */
const COMMAND_BYTES = 64 * 1024

export function checkCommand({ host, contract, contractFile }: Ground): CheckItem {
  const rendered = beside(contractFile, commandFile)
  const at = { scope: SCOPE, what: 'holdfast', source: COMMAND, against: rendered }
  if (contract.kind === 'demonstration')
    return notApplicable(at, 'a demonstration is run from where it was built')
  const mend = `install -D -m 0755 ${shellWord(host.at(rendered))} ${shellWord(host.at(COMMAND))}`
  const read = host.read(COMMAND, COMMAND_BYTES)
  const difference = (found: string) =>
    drifted(at, { expected: 'the command as it is rendered', found, mend })
  if (read.kind !== 'text') return difference(read.kind === 'unreadable' ? read.why : read.kind)
  if (read.text !== renderCommand(contract)) return difference('another text')
  const isExecutable = ((host.stat(COMMAND)?.mode ?? 0) & 0o111) === 0o111
  return isExecutable ? matches(at, 'as it is rendered') : difference('not executable for everybody')
}
