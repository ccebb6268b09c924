/** Who holds a port: for the one line that a second start prints. Reads /proc; what it may not read it does not guess. */
import { readdir, readFile, readlink } from 'node:fs/promises'
import { processLine } from './processes.ts'

const LISTENING = { tcp: '0A', udp: '07' } as const

export async function describeHolder(protocol: 'tcp' | 'udp', port: number): Promise<string> {
  const inodes = await listeningInodes(protocol, port)
  const pid = inodes.size === 0 ? null : await holderOf(inodes)
  return pid === null
    ? `port ${port} is held by another process (its name is not readable from here)`
    : `port ${port} is held by process ${pid} (${await processLine(pid)})`
}

async function listeningInodes(protocol: 'tcp' | 'udp', port: number): Promise<Set<string>> {
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0')
  const tables = await Promise.all(
    [protocol, `${protocol}6`].map((name) => readFile(`/proc/net/${name}`, 'utf8').catch(() => '')),
  )
  const rows = tables.flatMap((table) => table.split('\n').slice(1)).map((row) => row.trim().split(/\s+/))
  return new Set(
    rows
      .filter((cells) => cells[1]?.endsWith(`:${hexPort}`) === true && cells[3] === LISTENING[protocol])
      .map((cells) => `socket:[${cells[9]}]`),
  )
}

async function holderOf(inodes: ReadonlySet<string>): Promise<number | null> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  for (const pid of pids) {
    // A process may end, or be another user's, while we look: then it is not the one we can name.
    const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => [])
    for (const descriptor of descriptors) {
      const link = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '')
      if (inodes.has(link)) return Number(pid)
    }
  }
  return null
}
