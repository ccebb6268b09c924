/**
 * As many requests as a server answers, over connections that stay open: a process of its own, so that what asks does not
 * take from what answers. Arguments: port, seconds, connections, path. Prints how many were answered in which time.
 */
import { connect } from 'node:net'

const [port = 0, seconds = 0, connections = 0] = process.argv.slice(2, 5).map(Number)
const path = process.argv[5] ?? '/'
const request = Buffer.from(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n\r\n`)

let answered = 0
const end = performance.now() + seconds * 1000
const from = performance.now()
await Promise.all(Array.from({ length: connections }, ask))
const took = (performance.now() - from) / 1000
process.stdout.write(JSON.stringify({ answered, seconds: took }))

function ask(): Promise<void> {
  return new Promise((done, fail) => {
    const line = connect(port, '127.0.0.1')
    line.setNoDelay(true)
    let rest = 0
    line.on('error', fail)
    line.on('connect', () => line.write(request))
    line.on('data', (part) => {
      rest = rest === 0 ? lengthOf(part) - part.length : rest - part.length
      if (rest > 0) return
      answered += 1
      if (performance.now() < end) return void line.write(request)
      line.destroy()
      done()
    })
  })
}

/** Of the whole answer, by its head: it always comes in one piece, being short. */
function lengthOf(part: Buffer): number {
  const head = part.indexOf('\r\n\r\n')
  const [, length] = /content-length: (\d+)/i.exec(part.toString('latin1', 0, head)) ?? []
  if (head < 0 || length === undefined) throw new Error('no head with a length in one piece')
  return head + 4 + Number(length)
}
