/** OB4, BI1: whatever is asked of a running agent, it answers as the document says. `npm run bench:api` asks more. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fuzzBytes } from './fuzz/raw-bytes.ts'
import { fuzz, heldBytes } from './fuzz/run.ts'
import { startWholeAgent, type WholeAgent } from './whole-agent.ts'

let agent: WholeAgent

beforeEach(async () => {
  agent = await startWholeAgent()
})
afterEach(() => agent.stop())

test('BI1 three thousand requests made from the document are answered as it says', async () => {
  await fuzz(agent, { seed: 1, requests: 200 })
  const before = heldBytes()
  const { findings, counts } = await fuzz(agent, { seed: 20_261_126, requests: 3000 })
  expect(findings.slice(0, 5)).toEqual([])
  expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(3000)
  expect(agent.logged).toEqual([])
  expect(Object.keys(Object.prototype)).toEqual([])
  expect(heldBytes() - before).toBeLessThan(16 * 1024 * 1024)
})

test('BI1 bytes that are hardly HTTP get a problem or the end of their connection', async () => {
  const { findings, counts } = await fuzzBytes(agent.port, { seed: 20_261_126, times: 300 })
  expect(findings.slice(0, 5)).toEqual([])
  expect(Object.keys(counts)).toEqual(expect.arrayContaining(['200', '400', '421', '431']))
  expect(agent.logged).toEqual([])
})
