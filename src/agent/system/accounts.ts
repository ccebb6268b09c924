/** Accounts of this host, by number and by name. */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

const LOOK_UP_MS = 2000
const NAME_FORM = /^[\w.@$-]{1,64}$/

/** The local file first; the name service for accounts of a directory server. `uid=N` where nobody knows it. */
export async function accountName(uid: number): Promise<string> {
  const line =
    (await entries('/etc/passwd')).find(([, , id]) => id === String(uid)) ?? (await fromNameService(uid))
  const name = line?.[0] ?? ''
  return NAME_FORM.test(name) ? name : `uid=${uid}`
}

export async function accountUid(name: string): Promise<number | null> {
  return numberOf((await entries('/etc/passwd')).find(([known]) => known === name))
}

export async function groupGid(name: string): Promise<number | null> {
  return numberOf((await entries('/etc/group')).find(([known]) => known === name))
}

async function entries(file: string): Promise<string[][]> {
  const text = await readFile(file, 'utf8').catch(() => '')
  return text.split('\n').map((line) => line.split(':'))
}

function numberOf(entry: string[] | undefined): number | null {
  const number = Number(entry?.[2] || Number.NaN)
  return Number.isSafeInteger(number) ? number : null
}

async function fromNameService(uid: number): Promise<string[] | undefined> {
  try {
    const { stdout } = await promisify(execFile)('getent', ['passwd', String(uid)], { timeout: LOOK_UP_MS })
    return stdout.split(':')
  } catch {
    return undefined // no such account, no getent, or a directory server that does not answer
  }
}
