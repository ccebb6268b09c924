/**
 * One unit file as systemd reads it (systemd.syntax(7)): sections, assignments, comments, and lines that go on on the
 * next. What systemd would warn of or refuse is a fault with its line; nothing is guessed, and the text is bounded.
 */

/** Far above any unit, and far below what takes time to read. */
export const UNIT_BYTES_LIMIT = 1024 * 1024

export interface Assignment {
  readonly file: string
  /** The first and the last line of it, counted from 1. */
  readonly line: number
  readonly lastLine: number
  readonly section: string
  readonly key: string
  readonly value: string
}

export interface FileFault {
  readonly file: string
  readonly line: number
  readonly what: string
  /** The file as a whole is none, and no line of it can be mended. */
  readonly isWhole?: true
}

export interface ParsedFile {
  readonly assignments: readonly Assignment[]
  readonly faults: readonly FileFault[]
}

interface PhysicalLine {
  readonly raw: string
  /** As an editor counts: a carriage return within a line ends it for systemd, and for nobody else. */
  readonly line: number
}

interface LogicalLine {
  readonly text: string
  readonly line: number
  readonly lastLine: number
}

export function parseUnitFile(file: string, text: string): ParsedFile {
  const refused = refusal(text)
  if (refused !== null) return { assignments: [], faults: [{ file, line: 1, what: refused, isWhole: true }] }

  const assignments: Assignment[] = []
  const faults: FileFault[] = []
  let section: string | null = null
  const lines = physicalLines(text)
  for (const line of hiddenLines(lines)) faults.push({ file, line, what: HIDDEN_LINE })
  for (const { text: written, line, lastLine } of logicalLines(lines)) {
    const content = written.trim()
    const split = content.indexOf('=')
    if (content === '') continue
    else if (content.startsWith('[')) {
      // systemd does not read on after a header that is none, and the unit does not load.
      if (!/^\[[^\]]+\]$/.test(content))
        return fault(line, 'a section header that is none; systemd refuses the file')
      section = content.slice(1, -1)
    } else if (split < 1) faults.push({ file, line, what: 'a line that assigns nothing; systemd ignores it' })
    else if (section === null)
      faults.push({ file, line, what: 'an assignment before any section; systemd ignores it' })
    else {
      const [key, value] = [content.slice(0, split).trim(), content.slice(split + 1).trim()]
      assignments.push({ file, line, lastLine, section, key, value })
    }
  }
  return { assignments, faults }

  function fault(line: number, what: string): ParsedFile {
    return { assignments: [], faults: [...faults, { file, line, what, isWhole: true }] }
  }
}

/** Why a text is none that could be a unit's, or null. */
export function refusal(text: string): string | null {
  if (text.length > UNIT_BYTES_LIMIT) return `larger than ${UNIT_BYTES_LIMIT / 1024} KiB`
  return text.includes('\0') || text.includes('\uFFFD')
    ? 'no text: it has bytes that are no characters'
    : null
}

/** What a terminal shows as one line, or not at all, is two to systemd. */
export const HIDDEN_LINE = 'a carriage return within a line; systemd begins a new one there'

export function physicalLines(text: string): PhysicalLine[] {
  return text
    .replace(/^\uFEFF/, '')
    .replace(/\r$/, '')
    .split(/\r?\n/)
    .flatMap((raw, index) => raw.split('\r').map((part) => ({ raw: part, line: index + 1 })))
}

/** The numbers of lines that hold another one. */
export function hiddenLines(lines: readonly PhysicalLine[]): Set<number> {
  return new Set(lines.filter(({ line }, index) => line === lines[index - 1]?.line).map(({ line }) => line))
}

/** A backslash at the end, which no other escapes, is a space and the next line; comments between are passed over. */
function logicalLines(lines: readonly PhysicalLine[]): LogicalLine[] {
  const found: LogicalLine[] = []
  let pieces: string[] = []
  let begun = 0
  for (const [index, { raw, line }] of lines.entries()) {
    if (/^\s*[#;]/.test(raw)) continue
    if (pieces.length === 0) begun = line
    const goesOn = /(?<!\\)(?:\\\\)*\\$/.test(raw)
    pieces.push(goesOn ? `${raw.slice(0, -1)} ` : raw)
    if (goesOn && index < lines.length - 1) continue
    found.push({ text: pieces.join(''), line: begun, lastLine: line })
    pieces = []
  }
  // A comment was the last line, and the one before it goes on.
  if (pieces.length > 0)
    found.push({ text: pieces.join(''), line: begun, lastLine: lines.at(-1)?.line ?? begun })
  return found
}
