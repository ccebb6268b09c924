/** What an operator hands to a command, as text: a file, or standard input where the command takes `-`. */
import { HoldfastProblem } from '#domain/problems.ts'
import { errorCode, readSmallFile } from '#agent/settings/read-json.ts'

export function readInputFile(path: string, bytesLimit?: number): string {
  let bytes: Buffer
  try {
    bytes = readSmallFile(path, bytesLimit)
  } catch (cause) {
    throw new HoldfastProblem('input_invalid', `${path}: expected a file, found ${errorCode(cause)}`, {
      cause,
    })
  }
  return utf8Text(path, bytes)
}

export async function readStandardInput(bytesLimit: number): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > bytesLimit) {
      const limit = `${bytesLimit / 1048576} MiB`
      throw new HoldfastProblem('input_invalid', `standard input: expected at most ${limit}, found more`)
    }
    chunks.push(chunk)
  }
  return utf8Text('standard input', Buffer.concat(chunks))
}

/** A byte order mark is kept: whether it may stand there is for the reader of the form to say. */
function utf8Text(name: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw new HoldfastProblem('input_invalid', `${name}: expected UTF-8, found other bytes`, { cause })
  }
}
