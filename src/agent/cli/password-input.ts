/** A password as a person or a script hands it over: from a terminal unseen and twice, else standard input. Never an argument. */
import { PASSWORD_CHARACTERS_MAX, PASSWORD_CHARACTERS_MIN } from '#domain/schemas/access-api.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import { readStandardInput } from './input-text.ts'

const INPUT_BYTES_LIMIT = 1_048_576

export async function readPassword(name: string): Promise<string> {
  const password = process.stdin.isTTY ? await askTwice(name) : await fromInput()
  const { length } = [...password]
  if (length >= PASSWORD_CHARACTERS_MIN && password.length <= PASSWORD_CHARACTERS_MAX) return password
  const expected = `${PASSWORD_CHARACTERS_MIN} to ${PASSWORD_CHARACTERS_MAX} characters`
  throw new HoldfastProblem('input_invalid', `password: expected ${expected}, found ${length}`)
}

async function fromInput(): Promise<string> {
  const text = (await readStandardInput(INPUT_BYTES_LIMIT)).replace(/\r?\n$/, '')
  if (!/[\r\n]/.test(text)) return text
  throw new HoldfastProblem('input_invalid', 'password: expected one line on standard input, found more')
}

async function askTwice(name: string): Promise<string> {
  const first = await askUnseen(`Password for ${name}: `)
  const second = await askUnseen('Once more: ')
  if (first === second) return first
  throw new HoldfastProblem('input_invalid', 'password: expected the same twice, found two different ones')
}

/** The terminal's own echo is off meanwhile, and on again however it ends. */
function askUnseen(question: string): Promise<string> {
  const { stdin, stderr } = process
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let typed = ''
  const hear = (chunk: string) => {
    for (const key of chunk) {
      if (key === '\r' || key === '\n') return resolve(typed)
      if (key === '\u0003' || key === '\u0004') {
        return reject(new HoldfastProblem('input_invalid', 'password: expected one, found the end of input'))
      }
      typed = key === '\u007F' || key === '\b' ? [...typed].slice(0, -1).join('') : typed + key
    }
  }
  stderr.write(question)
  stdin.setRawMode(true)
  stdin.setEncoding('utf8')
  stdin.on('data', hear)
  stdin.resume()
  return promise.finally(() => {
    stdin.off('data', hear)
    stdin.setRawMode(false)
    stdin.pause()
    stderr.write('\n')
  })
}
