/**
 * A Dockerfile's lines as its builder takes them: parser directives at the top, comments left out (inside a continued
 * line, too), lines joined at their escape character, and the bodies of heredocs kept apart, since nothing in them is an
 * instruction. Total: any text gives lines and faults, in time that grows with the text.
 */

export interface Heredoc {
  readonly name: string
  /** With a quoted name nothing is substituted in it. */
  readonly expands: boolean
  readonly content: string
}

export interface LogicalLine {
  /** Of its first physical line, from 1. */
  readonly line: number
  readonly text: string
  readonly heredocs: readonly Heredoc[]
}

export interface SyntaxFault {
  readonly line: number
  readonly message: string
}

export interface LogicalLines {
  readonly escape: Escape
  readonly lines: readonly LogicalLine[]
  readonly faults: readonly SyntaxFault[]
}

export type Escape = '\\' | '`'

const DIRECTIVE = /^#[ \t]*([a-zA-Z][a-zA-Z0-9]*)[ \t]*=[ \t]*(.*?)[ \t]*$/
const KNOWN_DIRECTIVES = new Set(['syntax', 'escape', 'check'])
const MAY_HAVE_HEREDOC = /^[ \t]*(?:ONBUILD[ \t]+)?(?:RUN|COPY|ADD)[ \t]/i

export function logicalLines(text: string): LogicalLines {
  const physical = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  const faults: SyntaxFault[] = []
  const { escape, next } = directives(physical, faults)
  const lines: LogicalLine[] = []
  for (let at = next; at < physical.length;) {
    const joined = joinFrom(physical, at, escape)
    const line = at + 1
    at = joined.next
    if (joined.text.trim() === '') continue
    const read = MAY_HAVE_HEREDOC.test(joined.text)
      ? readHeredocs(physical, at, { names: heredocNames(joined.text), line, faults })
      : { heredocs: [], next: at }
    at = read.next
    lines.push({ line, text: joined.text.trim(), heredocs: read.heredocs })
  }
  return { escape, lines, faults }
}

/** They end with the first line that is none: a comment, an empty line or an instruction. */
function directives(physical: readonly string[], faults: SyntaxFault[]): { escape: Escape; next: number } {
  const seen = new Map<string, string>()
  let next = 0
  for (; next < physical.length; next += 1) {
    const [, name = '', value = ''] = DIRECTIVE.exec(physical[next] ?? '') ?? []
    const key = name.toLowerCase()
    if (!KNOWN_DIRECTIVES.has(key)) break
    if (seen.has(key)) faults.push({ line: next + 1, message: `the directive ${key} stands twice` })
    if (key === 'escape' && value !== '\\' && value !== '`')
      faults.push({ line: next + 1, message: 'escape must be \\ or `' })
    seen.set(key, value)
  }
  return { escape: seen.get('escape') === '`' ? '`' : '\\', next }
}

/** A doubled escape character at the end is itself, and continues nothing. */
function continues(line: string, escape: Escape): string | null {
  const end = line.replace(/[ \t]+$/, '')
  if (!end.endsWith(escape) || end.endsWith(escape + escape)) return null
  return end.slice(0, -1)
}

const isComment = (line: string) => /^[ \t]*#/.test(line)

function joinFrom(physical: readonly string[], from: number, escape: Escape): { text: string; next: number } {
  const first = physical[from] ?? ''
  if (isComment(first)) return { text: '', next: from + 1 }
  const parts: string[] = []
  let line = first
  let at = from + 1
  for (;;) {
    const piece = continues(line, escape)
    parts.push(piece ?? line)
    if (piece === null) break
    // What stands between is skipped, comments and empty lines alike.
    while (at < physical.length && (isComment(physical[at] ?? '') || (physical[at] ?? '').trim() === ''))
      at += 1
    if (at >= physical.length) break
    line = physical[at] ?? ''
    at += 1
  }
  return { text: parts.join(''), next: at }
}

/** A word as a shell sees it: quotes keep what is in them together. */
const SHELL_WORD = /(?:[^\s"'\\]|\\[\s\S]|"(?:[^"\\]|\\[\s\S])*"|'[^']*')+/g
const HEREDOC = /^\d*<<(-?)(?:"([^"<]+)"|'([^'<]+)'|([^<"'\s]+))$/

interface HeredocName {
  readonly name: string
  readonly expands: boolean
  readonly stripsTabs: boolean
}

function heredocNames(text: string): HeredocName[] {
  return (text.match(SHELL_WORD) ?? []).flatMap((word) => {
    const found = HEREDOC.exec(word)
    if (found === null) return []
    const [, dash, double, single, bare] = found
    const name = double ?? single ?? bare ?? ''
    return [{ name, expands: bare !== undefined, stripsTabs: dash === '-' }]
  })
}

function readHeredocs(
  physical: readonly string[],
  from: number,
  { names, line, faults }: { names: readonly HeredocName[]; line: number; faults: SyntaxFault[] },
): { heredocs: Heredoc[]; next: number } {
  const heredocs: Heredoc[] = []
  let at = from
  for (const { name, expands, stripsTabs } of names) {
    const body: string[] = []
    let isClosed = false
    while (at < physical.length && !isClosed) {
      const raw = physical[at] ?? ''
      const text = stripsTabs ? raw.replace(/^\t+/, '') : raw
      at += 1
      if (text === name) isClosed = true
      else body.push(text)
    }
    if (!isClosed) faults.push({ line, message: `the heredoc ${name} is not closed` })
    heredocs.push({ name, expands, content: body.join('\n') })
  }
  return { heredocs, next: at }
}
