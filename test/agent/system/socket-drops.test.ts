/** IN4: what the kernel dropped is counted apart, from its own table. */
import { execFileSync } from 'node:child_process'
import { expect, onTestFinished, test } from 'vitest'
import { dropsIn } from '#agent/system/socket-drops.ts'
import { openUdp } from '#agent/system/udp.ts'
import { until } from '../../support/until.ts'

const TABLE = `   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
 1021: 3500007F:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000   101        0 20561 2 0000000000000000 3
 2087: 0100007F:1FBD 00000000:0000 07 00000000:00000000 00:00000000 00000000  1000        0 99871 2 0000000000000000 4711
`

test.each([
  ['the port', TABLE, 8125, 4711],
  ['another address', TABLE, 53, null],
  ['another port', TABLE, 8126, null],
  ['nothing', '', 8125, null],
  ['a row that is cut off', ' 2087: 0100007F:1FBD', 8125, null],
  ['no number', TABLE.replace('4711', 'many'), 8125, null],
])('a table with %s', (_what, table, port, drops) => {
  expect(dropsIn(table, port)).toBe(drops)
})

const SENT = 2000
/** Bound by itself, so that whatever is sent while nobody reads meets a full buffer. */
const SENDER = `
  const { createSocket } = require('node:dgram')
  const socket = createSocket('udp4')
  const datagram = Buffer.alloc(16000)
  let left = ${SENT}
  for (let i = 0; i < ${SENT}; i += 1)
    socket.send(datagram, Number(process.argv[1]), '127.0.0.1', () => { if (--left === 0) socket.close() })
`

test('IN4 every datagram that was sent has either arrived or is a drop of the kernel', async () => {
  const source = await openUdp(0)
  onTestFinished(() => source.close())
  let arrived = 0
  source.onDatagram(() => (arrived += 1))
  expect(source.droppedByKernel()).toBe(0)
  // Nothing is read as long as this waits.
  execFileSync(process.execPath, ['-e', SENDER, String(source.port)])
  const dropped = source.droppedByKernel() ?? 0
  expect(dropped).toBeGreaterThan(0)
  await until('the rest has arrived', () => arrived + dropped === SENT)
})
