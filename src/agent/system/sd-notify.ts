/**
 * Speaks to systemd (SD3). Its socket takes datagrams of the Unix domain, which Node cannot send, so each message
 * is sent by a child. Measured on two busy cores, and why it is `systemd-notify`:
 *
 * - `systemd-notify`: 11 to 17 ms, of which this process feels the spawning, 2 to 4 ms. Comes with systemd, knows
 *   abstract addresses, and waits at a barrier until systemd has read the message. That matters: a sender that has
 *   ended by then belongs to no unit any more, and its message is dropped.
 * - `logger --socket`: 2.5 ms, but a header before the message, no abstract addresses, and no barrier.
 * - a long-lived helper in another language, or a compiled addon: 0.01 ms, for one more thing to install and watch.
 *
 * One message in ten seconds is a few thousandths of one core. Unless this process is root, a child may speak for it
 * only where the unit says `NotifyAccess=all`: under a real systemd 252, as `nobody`, `main` ended in a start
 * timeout. With systemd 253 and later, `OpenFile=` could hand us the connected socket instead.
 */
import { spawn } from 'node:child_process'
import type { DurationMs } from '#domain/time.ts'
import type { SystemdNotify } from '#agent/ports/systemd-notify.ts'
import { cleanText } from '#domain/free-text.ts'

/** Its own barrier gives up after 5 s. */
const SEND_LIMIT_MS = 6_000

type Message = Partial<Record<'READY' | 'STATUS' | 'WATCHDOG' | 'STOPPING', string>>

export interface NotifySurroundings {
  readonly environment: NodeJS.ProcessEnv
  readonly command?: string
}

export function systemdNotify({
  environment,
  command = 'systemd-notify',
}: NotifySurroundings): SystemdNotify {
  const socket = environment['NOTIFY_SOCKET'] ?? ''
  const sender = socket === '' ? null : new Sender(command, socket)
  const send = (message: Message): Promise<boolean> => sender?.send(message) ?? Promise.resolve(true)
  return {
    aliveEveryMs: sender === null ? null : aliveEveryMs(environment),
    ready: (status) => send({ READY: '1', STATUS: cleanText(status) }),
    status: (text) => send({ STATUS: cleanText(text) }),
    alive: () => send({ WATCHDOG: '1' }),
    stopping: () => send({ STOPPING: '1' }),
  }
}

function aliveEveryMs(environment: NodeJS.ProcessEnv): DurationMs | null {
  const allowedMs = Number(environment['WATCHDOG_USEC'] ?? '0') / 1_000
  const watched = environment['WATCHDOG_PID']
  const isMeant = watched === undefined || Number(watched) === process.pid
  return isMeant && Number.isFinite(allowedMs) && allowedMs > 0 ? allowedMs / 2 : null
}

/**
 * One child at a time. What is said meanwhile waits as one message, in which a later status replaces an earlier
 * one: however slow systemd is, no queue grows.
 */
class Sender {
  readonly #command: string
  readonly #socket: string
  #running: Promise<boolean> | null = null
  #waiting: { message: Message; sent: Promise<boolean> } | null = null

  constructor(command: string, socket: string) {
    this.#command = command
    this.#socket = socket
  }

  send(message: Message): Promise<boolean> {
    if (this.#waiting !== null) {
      Object.assign(this.#waiting.message, message)
      return this.#waiting.sent
    }
    if (this.#running === null) return this.#start(message)
    const waiting = { message: { ...message }, sent: this.#running.then(() => this.#startWaiting()) }
    this.#waiting = waiting
    return waiting.sent
  }

  #startWaiting(): Promise<boolean> {
    const message = this.#waiting?.message ?? {}
    this.#waiting = null
    return this.#start(message)
  }

  #start(message: Message): Promise<boolean> {
    const running = this.#run(message).finally(() => {
      if (this.#running === running) this.#running = null
    })
    this.#running = running
    return running
  }

  #run(message: Message): Promise<boolean> {
    return new Promise((settle) => {
      const words = Object.entries(message).map(([name, value]) => `${name}=${value}`)
      const child = spawn(this.#command, words, {
        env: { PATH: '/usr/local/bin:/usr/bin:/bin', NOTIFY_SOCKET: this.#socket },
        stdio: 'ignore',
        timeout: SEND_LIMIT_MS,
        killSignal: 'SIGKILL',
      })
      child.once('error', () => settle(false))
      child.once('exit', (code) => settle(code === 0))
    })
  }
}
