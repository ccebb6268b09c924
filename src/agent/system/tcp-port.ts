import { once } from 'node:events'
import { createServer } from 'node:net'
import { HoldfastProblem } from '#domain/problems.ts'
import { errorCode } from '#agent/settings/read-json.ts'
import { describeHolder } from './port-holder.ts'

export async function portTaken(host: string, port: number, cause: unknown): Promise<HoldfastProblem> {
  return new HoldfastProblem('port_taken', `on ${host}, ${await describeHolder('tcp', port)}`, { cause })
}

/** Says who holds a port before anything is started that would only have to be stopped again. */
export async function requireFreePort(host: string, port: number): Promise<void> {
  if (port === 0) return
  const server = createServer()
  try {
    server.listen({ host, port })
    await once(server, 'listening')
  } catch (cause) {
    if (errorCode(cause) !== 'EADDRINUSE') return // the agent meets it too, and says it as its own
    throw await portTaken(host, port, cause)
  }
  server.close()
  await once(server, 'close')
}
