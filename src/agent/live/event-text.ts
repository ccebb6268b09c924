/** The form of server-sent events. JSON has no bare line break, so one data line is enough. */
export function eventText(event: string, data: object, id: string | null = null): Buffer {
  const idLine = id === null ? '' : `id: ${id}\n`
  return Buffer.from(`event: ${event}\n${idLine}data: ${JSON.stringify(data)}\n\n`)
}

/** A comment: it says nothing, and shows both sides that the other is there. */
export const HEARTBEAT = Buffer.from(': \n\n')

/** How long a browser waits before it comes back, where it was not told otherwise. */
export function retryText(waitMs: number): Buffer {
  return Buffer.from(`retry: ${waitMs}\n\n`)
}
