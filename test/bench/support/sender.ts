/** Sends what gunicorn sends, at a rate: three datagrams a request. Ends by itself, and says how many it sent. */
import { createSocket } from 'node:dgram'
import { setTimeout as pause } from 'node:timers/promises'

const [port = 0, perS = 0, seconds = 0] = process.argv.slice(2).map(Number)
const LINES = [
  'gunicorn.request.duration:12.5|ms',
  'gunicorn.requests:1|c|@1.0',
  'gunicorn.request.status.200:1|c|@1.0',
]
const datagrams = LINES.map((line) => Buffer.from(line))
const STEP_MS = 5

const socket = createSocket('udp4')
socket.connect(port, '127.0.0.1')
await new Promise<void>((connected) => socket.once('connect', connected))
const from = performance.now()
let sent = 0
for (let elapsed = 0; elapsed < seconds * 1000; elapsed = performance.now() - from) {
  const due = Math.floor((elapsed * perS) / 1000)
  for (; sent < due; sent += 1) socket.send(datagrams[sent % datagrams.length] ?? '')
  await pause(STEP_MS)
}
// The last request whole.
for (; sent % datagrams.length !== 0; sent += 1) socket.send(datagrams[sent % datagrams.length] ?? '')
await pause(100)
socket.close()
process.stdout.write(`${sent}\n`)
