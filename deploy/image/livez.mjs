/**
 * The backend image's health check: whether the agent itself is alive. Not whether the target is well: a container that is
 * replaced because its target ails takes away the only one who can say so.
 */
import { get } from 'node:http'

const LIMIT_MS = 2500
const port = process.env.HOLDFAST_PORT ?? '8787'

const asked = get({ host: '127.0.0.1', port, path: '/livez', timeout: LIMIT_MS }, (answer) => {
  answer.resume()
  process.exitCode = answer.statusCode === 200 ? 0 : 1
})
asked.on('timeout', () => asked.destroy(new Error(`no answer within ${LIMIT_MS} ms`)))
asked.on('error', (error) => {
  process.stderr.write(`the agent does not answer on port ${port}: ${error.message}\n`)
  process.exitCode = 1
})
