/** An environment file as systemd reads it (EnvironmentFile= in systemd.exec(5)): no section, no export, no expansion. */
import { HIDDEN_LINE, hiddenLines, physicalLines, refusal, type FileFault } from './unit-file.ts'

export interface Setting {
  readonly file: string
  readonly line: number
  readonly lastLine: number
  readonly name: string
  readonly value: string
}

export interface ParsedEnvironment {
  readonly settings: readonly Setting[]
  readonly faults: readonly FileFault[]
}

export function parseEnvironmentFile(file: string, text: string): ParsedEnvironment {
  const refused = refusal(text)
  if (refused !== null) return { settings: [], faults: [{ file, line: 1, what: refused, isWhole: true }] }
  const settings: Setting[] = []
  const faults: FileFault[] = []
  const lines = physicalLines(text)
  for (const line of hiddenLines(lines)) faults.push({ file, line, what: HIDDEN_LINE })
  for (let index = 0; index < lines.length; index += 1) {
    const { raw, line } = lines[index] ?? { raw: '', line: 0 }
    let written = raw
    if (/^\s*[#;]/.test(raw) && isUnfinishedComment(raw) && /\S/.test(lines[index + 1]?.raw ?? ''))
      faults.push({ file, line, what: UNFINISHED_COMMENT })
    if (/^\s*([#;]|$)/.test(written)) continue
    while (isUnfinished(written) && index < lines.length - 1) written += `\n${lines[(index += 1)]?.raw ?? ''}`
    const [, name, rest] = /^\s*([A-Za-z_][A-Za-z0-9_]*)\s*=(.*)$/s.exec(written) ?? []
    if (name === undefined || rest === undefined) {
      faults.push({ file, line, what: 'a line that sets no variable; systemd ignores it' })
    } else if (isUnfinished(written)) faults.push({ file, line, what: 'a quote that does not end' })
    else settings.push({ file, line, lastLine: lines[index]?.line ?? line, name, value: valueOf(rest) })
  }
  return { settings, faults }
}

const UNFINISHED_COMMENT =
  'a comment that goes on; systemd before version 254 takes the next line for a part of it'

function isUnfinishedComment(raw: string): boolean {
  return /(?<!\\)(?:\\\\)*\\$/.test(raw)
}

/** A quote is open, or a backslash outside of single quotes stands before the line's end. */
function isUnfinished(written: string): boolean {
  const { quote, escaped } = scan(written.slice(written.indexOf('=') + 1))
  return quote !== '' || escaped
}

function valueOf(written: string): string {
  return scan(written.trim()).value
}

function scan(text: string): { value: string; quote: string; escaped: boolean } {
  let [value, quote, escaped] = ['', '', false]
  for (const character of text) {
    if (escaped) {
      value += character === '\n' ? '' : character
      escaped = false
    } else if (character === '\\' && quote !== "'") escaped = true
    else if (quote !== '') {
      if (character === quote) quote = ''
      else value += character
    } else if ((character === '"' || character === "'") && value === '') quote = character
    else value += character
  }
  return { value, quote, escaped }
}
