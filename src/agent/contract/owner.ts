/** The contract's account as numbers, since only these stand on files and processes. */
import { userInfo } from 'node:os'
import type { Ground } from './ground.ts'
import type { HostRoot } from './host-root.ts'

const ACCOUNTS_BYTES = 4 * 1024 * 1024

export interface Owner {
  readonly uid: number
  readonly gid: number
}

export interface NoOwner {
  readonly why: string
  readonly mend: string
}

export function ownerOf({ host, contract: { kind, user, group } }: Ground): Owner | NoOwner {
  // A demonstration is whoever started it.
  if (kind === 'demonstration') return { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
  const uid = accountNumber(host, '/etc/passwd', user) ?? ownUid(host, user)
  const gid =
    accountNumber(host, '/etc/group', group) ?? (uid === process.getuid?.() ? process.getgid?.() : undefined)
  if (uid === undefined) {
    return {
      why: `no account ${user} in /etc/passwd`,
      mend: `useradd --system --user-group --no-create-home ${user}`,
    }
  }
  return gid === undefined
    ? { why: `no group ${group} in /etc/group`, mend: `groupadd --system ${group}` }
    : { uid, gid }
}

function accountNumber(host: HostRoot, file: string, name: string): number | undefined {
  const read = host.read(file, ACCOUNTS_BYTES)
  if (read.kind !== 'text') return undefined
  const entry = read.text
    .split('\n')
    .map((line) => line.split(':'))
    .find(([known]) => known === name)
  const number = Number(entry?.[2] || Number.NaN)
  return Number.isSafeInteger(number) ? number : undefined
}

/** An account of a directory server is in no file; as ExecStartPre this process is of that account itself. */
function ownUid(host: HostRoot, user: string): number | undefined {
  try {
    const own = userInfo()
    return host.isThisHost && own.username === user ? own.uid : undefined
  } catch {
    return undefined // it has no name at all
  }
}
