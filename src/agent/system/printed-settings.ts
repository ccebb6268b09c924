/**
 * What gunicorn prints of its settings (`--print-config`): one line each, `name = value`, padded to one column. It is the
 * only one who knows them: they may stand on the command line, in GUNICORN_CMD_ARGS, and in a configuration file that is a
 * program.
 */
import type { TargetSettings } from '#agent/ports/target-processes.ts'

/** They come first, and are some six thousand bytes. */
const HEAD_BYTES = 64 * 1024

/** The beginning of what a process writes to its standard output. */
export class OutputHead {
  #bytes = Buffer.alloc(0)

  /** What is beyond it. */
  add(chunk: Buffer): Buffer {
    const room = HEAD_BYTES - this.#bytes.length
    if (room > 0) this.#bytes = Buffer.concat([this.#bytes, chunk.subarray(0, room)])
    return chunk.subarray(Math.max(0, room))
  }

  text(): string {
    return this.#bytes.toString('utf8')
  }
}

/** `rest`: without them, for they may hold what is nobody's business, and they are no reason for anything. */
export function printedSettings(text: string): { settings: TargetSettings | undefined; rest: string } {
  const lines = text.split('\n')
  const anchor = lines.findIndex((line) => /^graceful_timeout +=/.test(line))
  if (anchor < 0) return { settings: undefined, rest: text }
  const column = lines[anchor]?.indexOf(' = ') ?? -1
  const isSetting = (line: string | undefined) =>
    line !== undefined &&
    line.slice(column, column + 3) === ' = ' &&
    /^[a-z0-9_]+ *$/.test(line.slice(0, column))
  let from = anchor
  while (isSetting(lines[from - 1])) from -= 1
  let to = anchor
  while (isSetting(lines[to])) to += 1
  const values = new Map(
    lines.slice(from, to).map((line) => [line.slice(0, column).trim(), line.slice(column + 3)]),
  )
  return { settings: settingsOf(values), rest: [...lines.slice(0, from), ...lines.slice(to)].join('\n') }
}

function settingsOf(values: ReadonlyMap<string, string>): TargetSettings {
  const graceful = values.get('graceful_timeout') ?? ''
  return {
    gracefulTimeoutMs: /^\d+$/.test(graceful) ? Number(graceful) * 1000 : null,
    preloads: values.get('preload_app') === 'True',
  }
}
