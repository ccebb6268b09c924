/** What the kernel threw away because a socket's buffer was full: nobody else can count it (IN4). */
import { readTextUpTo } from './bounded-read.ts'

/** Some seven thousand sockets. */
const TABLE_BYTES = 1024 * 1024
/** 127.0.0.1, as a little-endian machine writes it there. */
const LOOPBACK = '0100007F'

/** Since the socket was bound; null where the table cannot be read. */
export function udpDrops(port: number): number | null {
  try {
    return dropsIn(readTextUpTo('/proc/net/udp', TABLE_BYTES) ?? '', port)
  } catch {
    return null // no /proc/net here: not known, which is not zero
  }
}

/** Its last column; null where the port is not in it. */
export function dropsIn(table: string, port: number): number | null {
  const address = `${LOOPBACK}:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const rows = table.split('\n').map((row) => row.trim().split(/\s+/))
  const drops = Number(rows.find((cells) => cells[1] === address)?.[12])
  return Number.isSafeInteger(drops) ? drops : null
}
