/** The part of the catalogue (messages.ts) for what is read, and how old it is: shown on demand. */
const en = {
  heading: 'What is read, and how old it is',
  health: 'Health',
  status: 'System status',
  samples: 'Raw samples',
  changes: 'Changes',
  told: 'told by the agent as they happen',
  asked: 'asked for again and again',
  watchdog: 'Watchdog',
  watchdogRunning: 'running',
  watchdogStopped: 'not running',
  watchdogUnknown: 'unknown',
  dropped: 'Datagrams dropped by the intake',
  droppedByKernel: 'Datagrams dropped by the kernel, unread',
}

/** Other languages must have each of these sentences. */
export type ConnectionMessages = typeof en

export const connectionMessages: ConnectionMessages = en
