import { expect, test } from 'vitest'
import { DEFAULT_METRICS_CONFIG as config } from '#domain/metrics/config.ts'
import { createComputeClient } from '#web/compute/worker-client.ts'
import { MalformedAnswer, WorkerDied } from '#web/problems.ts'
import { frameBytes, rawPage } from '../raw-page.ts'

const question = { windowMs: 300_000, bucketMs: 5000, config, wantsCharts: false }
const takenPage = () => ({ bytes: frameBytes(rawPage()), fresh: true })

/** A real worker that ends with an error at its first message. */
function dyingWorker(): Worker {
  const source = new Blob(['onmessage = () => { throw new Error("out of memory") }'], {
    type: 'text/javascript',
  })
  return new Worker(URL.createObjectURL(source))
}

test('FC1 the worker answers with figures, and the bytes are handed over, not copied', async () => {
  const client = createComputeClient()
  const page = takenPage()
  const observation = await client.take(page, question)
  expect(observation.requests).toMatchObject({ kind: 'read', value: { metrics: { 'request.count': 4 } } })
  // Four in five minutes: the worker calculates 0.01333…
  expect(observation.requests).toMatchObject({ value: { metrics: { 'request.rate': 0.013 } } })
  expect(page.bytes.byteLength).toBe(0)
  client.close()
})

test('charts are loaded and drawn for who asks for them, in the order in which they ask', async () => {
  const client = createComputeClient()
  const plain = await client.take(takenPage(), question)
  expect(plain).toMatchObject({ charts: null, workers: [] })
  const drawn = await client.take(takenPage(), { ...question, wantsCharts: true })
  expect(drawn.charts?.t).toHaveLength(60)
  expect(drawn.workers.map(({ pid }) => pid)).toEqual([22, 23])
  client.close()
})

test('what is thrown within the worker is its end, and is told at once', async () => {
  const client = createComputeClient()
  const senseless = { ...question, config: undefined } as never
  await expect(client.take(takenPage(), senseless)).rejects.toMatchObject({ replaced: true })
  client.close()
})

test('a malformed page is refused by name, and the worker lives on', async () => {
  const client = createComputeClient()
  const broken = { bytes: new TextEncoder().encode('no json').buffer, fresh: true }
  await expect(client.take(broken, question)).rejects.toBeInstanceOf(MalformedAnswer)
  await expect(client.take(takenPage(), question)).resolves.toMatchObject({ cursor: 'first' })
  client.close()
})

test('a dead worker is replaced once, and both deaths are told', async () => {
  let spawned = 0
  const client = createComputeClient(() => {
    spawned += 1
    return dyingWorker()
  })
  await expect(client.take(takenPage(), question)).rejects.toMatchObject({
    replaced: true,
    message: /out of memory/,
  })
  await expect(client.take(takenPage(), question)).rejects.toMatchObject({ replaced: false })
  await expect(client.take(takenPage(), question)).rejects.toBeInstanceOf(WorkerDied)
  expect(spawned).toBe(2)
})
