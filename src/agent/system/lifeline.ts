/**
 * Hears of the master's end from the kernel, within a millisecond or two, where the target uses
 * `deploy/gunicorn/holdfast.conf.py`: its master holds a FIFO open, and when it ends the reader meets the end.
 *
 * A FIFO that the target makes, and not a socket that the watchdog listens on: master and watchdog come and go in any
 * order (at boot the master is first, and nothing would make it try again), and a FIFO is simply opened anew by
 * whoever came later. The end of it proves nothing, since others may write to the directory too; it is a reason to look.
 */
import { closeSync, constants, fstatSync, openSync } from 'node:fs'
import { Socket } from 'node:net'
import { stampOf } from './file-stamp.ts'

/** Never waits for a writer, and follows no link. */
const OPEN = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW

export class Lifeline {
  readonly #path: string
  readonly #ended: () => void
  /** The FIFO that is, or was, listened to: one that has ended is not opened again. */
  #known: string | null = null
  #socket: Socket | null = null

  constructor(pidFile: string, ended: () => void) {
    this.#path = `${pidFile}.alive`
    this.#ended = ended
  }

  /** Cheap: one stat, and nothing more while the FIFO is the one that is known. */
  rearm(): void {
    const now = stampOf(this.#path, 'isFIFO')
    if (now === this.#known) return
    this.close()
    this.#known = now
    if (now !== null) this.#listen()
  }

  close(): void {
    this.#socket?.destroy()
    this.#socket = null
  }

  #listen(): void {
    let file: number
    try {
      file = openSync(this.#path, OPEN)
    } catch {
      return // not ours to read, or gone again: the looks in between tell, only later
    }
    if (!fstatSync(file).isFIFO()) return closeSync(file)
    const socket = new Socket({ fd: file, readable: true, writable: false })
    // Nobody has anything to say on it; whoever does is not listened to.
    socket.once('data', () => socket.destroy())
    socket.once('error', () => socket.destroy())
    socket.once('end', this.#ended)
    this.#socket = socket
  }
}
