/** The calculations where they run: in a worker of a real Chromium. */
import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { build } from 'vite'
import { openBrowser } from '../../support/browser.ts'
import { BUCKET_LIMITS, DECODE_LIMITS, STATE_LIMITS, tickLimits } from '../support/compute-limits.ts'
import type { BrowserMeasurement } from '../support/compute-worker.ts'
import { MILLION } from '../support/compute.ts'
import { type Figures, type Limit, Story } from '../support/report.ts'

const story = await Story.open('chromium')
const server = serving(await workerScript())
await once(server.listen(0, '127.0.0.1'), 'listening')
const browser = await openBrowser()
try {
  const page = await browser.newPage()
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  await told(page, 'buckets', `${MILLION} requests in 360 buckets, nine figures each`, BUCKET_LIMITS)
  await told(page, 'ticks', `a tick of 5000 new requests on a window of ${MILLION}`, tickLimits(MILLION))
  await told(page, 'decoding', `${MILLION} requests from a frame to columns`, DECODE_LIMITS)
  await told(page, 'states', '10000 transitions of a breaker and 10000 restarts', STATE_LIMITS)
} finally {
  await browser.close()
  server.close()
}
story.close()

async function told(
  page: Page,
  measurement: BrowserMeasurement,
  words: string,
  limits: Readonly<Record<string, Limit>>,
): Promise<void> {
  const figures = await page.evaluate(
    (asked) =>
      new Promise<unknown>((answer, fail) => {
        const worker = new Worker('/worker.js', { type: 'module' })
        worker.onmessage = ({ data }) => answer(data)
        worker.onerror = ({ message }) => fail(new Error(message))
        worker.postMessage(asked)
      }),
    measurement,
  )
  story.measured(`in a worker of Chromium ${browser.version()}: ${words}`, figures as Figures, limits)
}

async function workerScript(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      target: 'es2023',
      lib: { entry: join(import.meta.dirname, '../support/compute-worker.ts'), formats: ['es'] },
    },
  })
  const [output] = Array.isArray(built) ? built : [built]
  if (output === undefined || !('output' in output)) throw new Error('nothing was built')
  return output.output[0].code
}

function serving(script: string): Server {
  return createServer((request, response) => {
    const isScript = request.url === '/worker.js'
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    response.end(isScript ? script : '<!doctype html><title>Measured here</title>')
  })
}
