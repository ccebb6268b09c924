/**
 * Listeners of the agent's event stream, in a process of their own. Arguments: port, how many, tokens with commas between.
 * Says `open` when all hear something; then for each event that begins with a mark, when the last one had all of it.
 */
import { connect } from 'node:net'

const [port = 0, count = 0] = process.argv.slice(2, 4).map(Number)
const tokens = (process.argv[4] ?? '').split(',')
/** Of what is told to all: `{"mark":"7"` stands at its beginning, and a blank line ends it. */
const MARK = /"mark":"(\d+)"/

const heard = new Map<string, number>()
let open = 0
for (let index = 0; index < count; index += 1) listen(tokens[index % tokens.length] ?? '')

function listen(token: string): void {
  const line = connect(port, '127.0.0.1')
  line.write(
    `GET /admin/api/stream HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nauthorization: Bearer ${token}\r\n\r\n`,
  )
  let begun: string | null = null
  let isOpen = false
  line.on('error', (error) => {
    process.stdout.write(`${JSON.stringify({ error: String(error) })}\n`)
  })
  line.on('data', (part) => {
    const text = part.toString('latin1')
    if (!isOpen) {
      isOpen = true
      open += 1
      if (!text.startsWith('HTTP/1.1 200'))
        process.stdout.write(`${JSON.stringify({ error: text.slice(0, 200) })}\n`)
      if (open === count) process.stdout.write(`${JSON.stringify({ open })}\n`)
    }
    begun = MARK.exec(text)?.[1] ?? begun
    if (begun === null || !text.endsWith('\n\n')) return
    const had = (heard.get(begun) ?? 0) + 1
    heard.set(begun, had)
    const at = performance.timeOrigin + performance.now()
    if (had === count) process.stdout.write(`${JSON.stringify({ mark: begun, at })}\n`)
    begun = null
  })
}
