/** What no client library would send: bytes written to the socket, each answered as a problem, or the connection ended. */
import fc from 'fast-check'
import { connect } from 'node:net'
import { problemBody } from '#domain/schemas/admin-api.ts'
import type { Finding } from './run.ts'

const HEADS = [
  'GET /livez HTTP/1.1',
  'GET  /livez HTTP/1.1',
  'GET /livez',
  'get /livez HTTP/1.1',
  'HEAD livez HTTP/1.1',
  'FROB /livez HTTP/1.1',
  'GET /livez HTTP/2.0',
  'GET /livez HTTP/1.1 x',
  'GET http://attacker.example/livez HTTP/1.1',
  'GET /\u0000 HTTP/1.1',
  'GET /é HTTP/1.1',
  'GET /%zz HTTP/1.1',
  'POST /admin/api/login HTTP/1.1',
  'CONNECT 127.0.0.1:22 HTTP/1.1',
  'OPTIONS * HTTP/1.1',
  'PRI * HTTP/2.0',
  '\u0016\u0003\u0001\u0002\u0000',
]

const LINES = [
  'Host: {own}',
  'Host: {own}',
  'Host: attacker.example',
  'Host:{own}',
  'Host : {own}',
  ' folded: x',
  'No colon',
  ': no name',
  'X: \u0000',
  `X: ${'x'.repeat(17_000)}`,
  'Content-Length: 2',
  'Content-Length: -1',
  'Content-Length: 99999999999999999999',
  'Content-Type: application/json',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: identity',
  'Expect: 100-continue',
  'Expect: something else',
  'Upgrade: websocket',
  'Connection: upgrade',
  'Cookie: holdfast_{port}=x',
]

const BODIES = [
  '',
  '{}',
  '2\r\n{}\r\n0\r\n\r\n',
  'zz\r\n{}\r\n',
  '0\r\n\r\nGET /admin HTTP/1.1\r\n\r\n',
  '\u0000\u0000',
]

/** Nearly right more often than not: what is wrong in two places is refused for the first. */
const mostly = <T>(right: T, others: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 2, arbitrary: fc.constant(right) }, { weight: 1, arbitrary: others })

const bytes = fc
  .tuple(
    mostly('GET /livez HTTP/1.1', fc.constantFrom(...HEADS)),
    mostly(['Host: {own}'], fc.array(fc.constantFrom(...LINES), { maxLength: 5 })),
    mostly('', fc.constantFrom(...BODIES)),
    mostly('\r\n', fc.constantFrom('\n', '\r')),
    fc.array(fc.constantFrom(...LINES), { maxLength: 1 }),
  )
  .map(([head, lines, body, end, more]) => [head, ...lines, ...more, 'Connection: close', '', body].join(end))

const AT_ONCE = 16

export async function fuzzBytes(
  port: number,
  { seed, times }: { seed: number; times: number },
): Promise<{ findings: Finding[]; counts: Record<string, number> }> {
  const findings: Finding[] = []
  const counts: Record<string, number> = {}
  const left = fc.sample(bytes, { seed, numRuns: times })
  const work = async () => {
    for (let text = left.pop(); text !== undefined; text = left.pop()) {
      const answer = await tell(
        port,
        text.replaceAll('{own}', `127.0.0.1:${port}`).replace('{port}', String(port)),
      )
      const status = /^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 'none'
      counts[status] = (counts[status] ?? 0) + 1
      const fault = faultOf(status, answer)
      if (fault !== null) findings.push({ fault, request: text })
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return { findings, counts }
}

/** Whatever came first; what follows on one connection is another request's. */
function faultOf(status: string, answer: string): string | null {
  if (status === 'none') return answer === '' ? null : `no HTTP: ${answer.slice(0, 200)}`
  if (Number(status) >= 500) return answer.slice(0, 300)
  if (!answer.includes('application/problem+json'))
    return Number(status) < 400 ? null : `bare: ${answer.slice(0, 300)}`
  const [, body = ''] = /\r\n\r\n(\{[^\r\n]*\})/.exec(answer) ?? []
  return body === '' || problemBody.safeParse(JSON.parse(body)).success
    ? null
    : `no problem: ${body.slice(0, 300)}`
}

/** Half a request is ended from here, as soon as it was written: nobody waits for the rest. */
function tell(port: number, text: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>()
  let answer = ''
  const socket = connect(port, '127.0.0.1', () => socket.end(Buffer.from(text, 'latin1')))
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')))
  // It may be reset while we still write, which is an answer.
  socket.on('error', () => {})
  socket.on('close', () => resolve(answer))
  return promise
}
