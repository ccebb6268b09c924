/** Many requests at a time, each answer judged; the same seed is the same requests. */
import fc from 'fast-check'
import { rmSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { send, type Sent } from '../send.ts'
import { PASSWORD, type WholeAgent } from '../whole-agent.ts'
import { fuzzRequests, type Caller, type FuzzRequest } from './requests.ts'
import { faultIn } from './verdict.ts'

export interface Finding {
  readonly fault: string
  /** As it was made; text where it was bytes. */
  readonly request: FuzzRequest | string
}

export interface FuzzReport {
  readonly findings: readonly Finding[]
  /** By status. */
  readonly counts: Readonly<Record<string, number>>
}

const AT_ONCE = 16

export async function fuzz(
  agent: WholeAgent,
  { seed, requests }: { seed: number; requests: number },
): Promise<FuzzReport> {
  const credentials = await credentialsOf(agent)
  // As if the watchdog had taken the request that stood there: else no other is ever accepted.
  rmSync(agent.ground.flag, { force: true })
  const findings: Finding[] = []
  const counts: Record<string, number> = {}
  const left = fc.sample(fuzzRequests(), { seed, numRuns: requests })
  const work = async () => {
    for (let request = left.pop(); request !== undefined; request = left.pop()) {
      const [fault, status] = await tried(agent, request, credentials[request.as])
      counts[status] = (counts[status] ?? 0) + 1
      if (fault !== null) findings.push({ fault, request })
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return { findings, counts }
}

async function tried(
  { port }: WholeAgent,
  request: FuzzRequest,
  credentials: Sent['headers'],
): Promise<[fault: string | null, status: string]> {
  try {
    const headers = { ...credentials, ...request.headers }
    const answer = await send(port, { ...request, headers })
    return [faultIn(request, answer), String(answer.status)]
  } catch (error) {
    return [`not answered: ${String(error)}`, 'none']
  }
}

async function credentialsOf({ port, tokens, access }: WholeAgent): Promise<Record<Caller, Sent['headers']>> {
  // From elsewhere: the address that asks is slowed down for its wrong passwords.
  const entered = await access.signIn({ username: 'admin', password: PASSWORD, address: '192.0.2.1' })
  const cookie = `holdfast_${port}=${entered.secret}`
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
  return {
    nobody: {},
    viewer: bearer(tokens.viewer),
    operator: bearer(tokens.operator),
    session: { cookie, 'x-csrf-token': entered.session.csrf },
  }
}

/** What is held once all that nobody needs is gone. */
export function heldBytes(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  collect()
  return process.memoryUsage().heapUsed
}
