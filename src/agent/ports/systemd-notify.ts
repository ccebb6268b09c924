import type { DurationMs } from '#domain/time.ts'

/** What the service manager is told of this process. Without a manager nothing is sent, and nothing fails. */
export interface SystemdNotify {
  /** How often at least it wants to hear `alive()`: half of what it allows. Null: it does not watch. */
  readonly aliveEveryMs: DurationMs | null
  /** Everything is open and the first look was taken. False, here and below: it did not get through. */
  ready(status: string): Promise<boolean>
  /** One line for `systemctl status`. */
  status(text: string): Promise<boolean>
  /** Said by the tick itself, after it has done its work: a loop that hangs must fall silent. */
  alive(): Promise<boolean>
  stopping(): Promise<boolean>
}
