/** The end of what a foreign program has printed, safe to keep and to show (AU5, SE8). */
const TAIL_BYTES = 16 * 1024
const LINES = 20
const LINE_CHARACTERS = 300

/** Control and format characters, but not the tabs of a traceback. */
const UNSAFE = /[^\P{C}\t]+/gu
const USER_INFO = /(\w:\/\/)[^\s/@]+@/g
const SECRET_NAME = /PASS|SECRET|TOKEN|KEY|CREDENTIAL|DSN/i
/** Shorter values would blank out ordinary words. */
const SECRET_CHARACTERS = 6

export class OutputTail {
  #bytes = Buffer.alloc(0)

  add(chunk: Buffer): void {
    const all = Buffer.concat([this.#bytes, chunk.subarray(-TAIL_BYTES)])
    this.#bytes = Buffer.from(all.subarray(-TAIL_BYTES))
  }

  /** The last lines, also of what came before it, without the values of what the environment calls a secret. */
  lastLines(env: Readonly<Record<string, string>>, before = ''): string {
    const secrets = Object.entries(env)
      .filter(([name, value]) => SECRET_NAME.test(name) && value.length >= SECRET_CHARACTERS)
      .map(([, value]) => value)
    const lines =
      `${before}${before === '' || before.endsWith('\n') ? '' : '\n'}${this.#bytes.toString('utf8')}`
        .trimEnd()
        .split('\n')
        .slice(-LINES)
        .map((line) => masked(line, secrets))
    return lines.join('\n')
  }
}

function masked(line: string, secrets: readonly string[]): string {
  const withoutSecrets = secrets.reduce((text, secret) => text.replaceAll(secret, '***'), line)
  const clean = withoutSecrets.replaceAll(USER_INFO, '$1***@').replaceAll(UNSAFE, ' ').trimEnd()
  return clean.length <= LINE_CHARACTERS ? clean : `${clean.slice(0, LINE_CHARACTERS - 1)}…`
}
