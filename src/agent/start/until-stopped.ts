/** How often to look whether the process that started us is still there. */
const PARENT_LOOK_MS = 1000

/**
 * Settles with the reason to stop: a signal, the end of the supervisor's channel, or the end of the process
 * that started us (a killed shell tells nobody).
 */
export function untilStopped(): Promise<string> {
  return new Promise((stop) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop(signal))
    if (process.send !== undefined) process.on('disconnect', () => stop('its supervisor ended'))
    const parent = process.ppid
    setInterval(() => {
      if (process.ppid !== parent) stop('the process that started it ended')
    }, PARENT_LOOK_MS).unref()
  })
}
