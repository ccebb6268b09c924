/** What lies on the disk: directories, journals, accounts, kill switch, room. Nothing is written. */
import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { judgeJournals } from '#agent/audit/judge-journals.ts'
import { readSwitchView } from '#agent/operator/kill-switch.ts'
import { readHistory, requireReadable } from '#agent/operator/read-history.ts'
import { errorCode } from '#agent/settings/read-json.ts'
import type { Settings } from '#agent/settings/settings.ts'
import { shellWord } from '#agent/shell-word.ts'
import { finding, good, notChecked, type Examination, type Look } from './examination.ts'

/** Below it a database may not get its next page, and a release does not fit. */
const FREE_BYTES = 256 * 1024 * 1024

export function fileExaminations(settings: Settings): Examination[] {
  const { state_dir: stateDir, runtime_dir: runtimeDir } = settings.contract.contract.paths
  return [
    {
      id: 'state_dir',
      title: 'State directory',
      look: async () => lookAtDirectory(stateDir, 'nothing has been started here yet'),
    },
    {
      id: 'runtime_dir',
      title: 'Runtime directory',
      look: async () => lookAtDirectory(runtimeDir, 'nothing runs here'),
    },
    { id: 'disk', title: 'Room on the disk', look: async () => [stateDir, runtimeDir].map(lookAtRoom) },
    { id: 'journals', title: 'Audit trail', look: () => lookAtJournals(stateDir) },
    { id: 'history', title: 'Restart history', look: () => lookAtHistory({ stateDir, runtimeDir }) },
    { id: 'accounts', title: 'Accounts', look: async () => lookAtAccounts(stateDir) },
    { id: 'kill_switch', title: 'Kill switch', look: async () => lookAtSwitch(settings) },
  ]
}

function lookAtDirectory(path: string, because: string): Look {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined) return notChecked(`${path} is not there: ${because}`)
  if (!stat.isDirectory())
    return finding(`${path} is no directory`, `mv ${shellWord(path)} ${shellWord(`${path}.set-aside`)}`)
  if ((stat.mode & 0o002) !== 0)
    return finding(
      `any account of this host may write to ${path}, and so ask for restarts`,
      `chmod o-w ${shellWord(path)}`,
    )
  try {
    accessSync(path, constants.R_OK | constants.X_OK | constants.W_OK)
    return good(`${path} can be read and written by this account`)
  } catch (error) {
    if (['EROFS', 'ENOSPC'].includes(errorCode(error)))
      return finding(`${path} cannot be written (${errorCode(error)})`, 'mount it writable, or make room')
    return notChecked(`this account may not write to ${path}; ask as root, or as the account of the contract`)
  }
}

function lookAtRoom(path: string): Look {
  if (!existsSync(path)) return notChecked(`${path} is not there`)
  const { bavail, bsize, files, ffree } = statfsSync(path)
  const free = bavail * bsize
  const text = `${Math.floor(free / 1048576)} MiB free below ${path}`
  const mend = 'make room: holdfast prune --dry-run shows what it could remove'
  if (free < FREE_BYTES) return finding(`only ${text}`, mend)
  return files > 0 && ffree < 1000 ? finding(`only ${ffree} more files fit below ${path}`, mend) : good(text)
}

async function lookAtJournals(stateDir: string): Promise<Look | Look[]> {
  await requireReadable(stateDir)
  const { journals, reasons } = judgeJournals(stateDir)
  if (reasons.length > 0) {
    return reasons.map(({ message }) =>
      finding(
        message,
        'holdfast audit verify says which row; keep the files as they are for whoever investigates',
      ),
    )
  }
  const rows = journals.reduce((sum, one) => sum + one.rows, 0)
  return good(rows === 0 ? 'nothing has been recorded yet' : `both chains are whole, ${rows} rows`)
}

async function lookAtHistory(place: { stateDir: string; runtimeDir: string }): Promise<Look> {
  const state = await readHistory(place)
  if (state !== null) return good('it can be read')
  return finding(
    'the restart history cannot be read: nothing restarts by itself',
    'holdfast audit verify; docs/runbook.md',
  )
}

function lookAtAccounts(stateDir: string): Look {
  const path = join(stateDir, 'access.json')
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined)
    return notChecked(
      'there are none yet; holdfast login-link prints a link that signs in once, as an administrator',
    )
  return (stat.mode & 0o077) === 0
    ? good('only their owner can read them')
    : finding(`other accounts of this host can read ${path}`, `chmod 600 ${shellWord(path)}`)
}

function lookAtSwitch(settings: Settings): Look | Look[] {
  const { engaged, by, routes } = readSwitchView(settings)
  const mend = 'holdfast killswitch status says why; holdfast killswitch release --reason "…" puts it back'
  if (engaged)
    return finding(`the console is out of service, by ${by.map(({ file }) => file).join(', ')}`, mend)
  const out = routes.filter((route) => route.engaged).map(({ path }) => path)
  return out.length === 0 ? good('not engaged') : finding(`out of service: ${out.join(', ')}`, mend)
}
