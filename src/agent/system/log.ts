/** One JSON line for each event worth keeping, on standard error, where journald picks it up. */
export function logLine(level: 'info' | 'warning' | 'error', message: string, details: object = {}): void {
  const line = { time: new Date().toISOString(), level, message, ...details }
  process.stderr.write(`${JSON.stringify(line)}\n`)
}
