/** What documents have to hold (MG5): blocks, versions, links, headings, commands and file names are what is there. */
import { dirname, join, normalize } from 'node:path'
import { parseCommandLine } from '#agent/cli/parse.ts'
import { COMMANDS } from '#agent/cli/registry.ts'
import type { GateFinding } from '#domain/release/gate-report.ts'
import { BLOCK, BLOCKS } from '../../tools/doc-blocks.ts'

export interface DocumentFacts {
  readonly contractVersion: string
  /** `npm run …` and what npm itself knows. */
  readonly scripts: readonly string[]
  /** A file or directory of the checkout. */
  readonly isThere: (path: string) => boolean
  /** Of every document, by its path: to what a link may lead. */
  readonly anchors: (path: string) => readonly string[] | null
}

export interface DocumentLook {
  readonly checks: number
  readonly findings: readonly GateFinding[]
}

/** `isHistory`: it says what was decided then, and is not rewritten when the code moves on. */
export function lookAtDocument(
  path: string,
  text: string,
  facts: DocumentFacts,
  isHistory = false,
): DocumentLook {
  const findings: GateFinding[] = []
  let checks = 0
  const holds = (isSo: boolean, code: string, message: string, mend: string | null = null) => {
    checks += 1
    if (!isSo) findings.push({ code, message: `${path}: ${message}`, mend })
  }
  lookAtHeadings(text, holds)
  lookAtLinks(path, text, facts, holds)
  if (!isHistory) {
    lookAtBlocks(text, holds)
    lookAtVersions(text, facts, holds)
    lookAtFiles(path, text, facts, holds)
    lookAtCommands(text, facts, holds)
  }
  return { checks, findings }
}

type Holds = (isSo: boolean, code: string, message: string, mend?: string | null) => void

function lookAtHeadings(text: string, holds: Holds): void {
  const headings = headingsOf(text)
  holds(
    headings.filter(({ level }) => level === 1).length === 1,
    'heading',
    'it has not exactly one heading of the first level',
  )
  headings.forEach(({ level, words }, at) => {
    const before = headings[at - 1]?.level ?? 0
    holds(level <= before + 1, 'heading', `"${words}" skips a level`)
  })
}

function lookAtLinks(path: string, text: string, { isThere, anchors }: DocumentFacts, holds: Holds): void {
  for (const [, target = ''] of withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^[a-z]+:/.test(target)) continue
    const [file = '', anchor] = target.split('#')
    const to = file === '' ? path : normalize(join(dirname(path), file))
    holds(isThere(to), 'link_broken', `the link ${target} leads to no file`)
    const known = anchor === undefined || !isThere(to) ? null : anchors(to)
    if (anchor !== undefined && known !== null) {
      holds(known.includes(anchor), 'link_broken', `the link ${target} leads to no heading`)
    }
  }
}

function lookAtBlocks(text: string, holds: Holds): void {
  for (const [, name = '', content = ''] of text.matchAll(BLOCK)) {
    const make = BLOCKS[name]
    holds(make !== undefined, 'block_unknown', `nobody makes the block ${name}`)
    if (make !== undefined)
      holds(content === make(), 'block_stale', `the block ${name} is not what is there`, 'npm run render')
  }
  const [begun, ended] = [/<!-- made: /g, /<!-- \/made -->/g].map((mark) => text.match(mark)?.length ?? 0)
  holds(begun === ended, 'block_open', 'a block has no end, or no beginning')
}

/** Contract versions have a form that nothing else in these documents has. */
function lookAtVersions(text: string, { contractVersion }: DocumentFacts, holds: Holds): void {
  for (const [found] of text.matchAll(/\b20\d\d\.\d{1,2}\.\d{1,3}\b/g)) {
    holds(
      found === contractVersion,
      'contract_version',
      `it says ${found}, the contract is ${contractVersion}`,
    )
  }
}

const OURS = /^(?:src|docs|deploy|test|tools|nginx)\/[\w./@-]+$/

/** As they are named from the root of the checkout, or from beside the document. */
function lookAtFiles(path: string, text: string, { isThere }: DocumentFacts, holds: Holds): void {
  for (const [, code = ''] of text.matchAll(/`([^`\n]+)`/g)) {
    if (!OURS.test(code) || /[A-Z]{4}|\.\.\./.test(code)) continue
    const isNamed = isThere(code) || isThere(normalize(join(dirname(path), code)))
    holds(isNamed, 'file_missing', `it names \`${code}\`, which is not there`)
  }
}

function lookAtCommands(text: string, { scripts }: DocumentFacts, holds: Holds): void {
  for (const words of commandsIn(text)) {
    holds(
      isCommand(words),
      'command_unknown',
      `\`holdfast ${words.join(' ')}\` is no command, or has no such option`,
    )
  }
  for (const [, , script] of text.matchAll(/\bnpm (run )([a-z][\w:-]*)/g)) {
    holds(scripts.includes(script ?? ''), 'script_unknown', `\`npm run ${script}\` is no script`)
  }
}

/** Of code alone: prose may speak of holdfast as it likes. */
export function commandsIn(text: string): string[][] {
  const inline = [...withoutFences(text).matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code)
  const fenced = [...text.matchAll(/^```[^\n]*\n([\s\S]*?)^```/gm)].flatMap(([, block = '']) =>
    block.split('\n'),
  )
  return [...inline, ...fenced].flatMap((code) =>
    code
      .split(/\s(?:\||&&|;|>|#)\s?/)
      .map((part) => /^\s*(?:\$ )?(?:[A-Z_]+=\S+ )*(?:sudo )?(?:npx )?holdfast (.+)$/.exec(part)?.[1])
      .filter((part) => part !== undefined)
      .map(wordsOf),
  )
}

/** Quotes keep words together; what stands for something (`…`, `[…]`, `a|b`) is one of what it stands for. */
function wordsOf(text: string): string[] {
  const words = text.match(/"[^"]*"|'[^']*'|\S+/g) ?? []
  return words
    .map((word) => word.replace(/^["']|["']$/g, ''))
    .map((word) => word.replace(/^\[|\]$/g, ''))
    .map((word) => (word === '…' ? 'TEXT' : (word.split('|')[0] ?? word)))
    .filter((word) => word !== '')
}

function isCommand(words: readonly string[]): boolean {
  // The beginning of several: `holdfast gates`.
  if (words.length === 1 && COMMANDS.some(({ name }) => name.startsWith(`${words[0]} `))) return true
  try {
    parseCommandLine(words, COMMANDS)
    return true
  } catch {
    return false
  }
}

/** As a forge makes them of headings. */
export function anchorsOf(text: string): string[] {
  return headingsOf(text).map(({ words }) =>
    words
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

function headingsOf(text: string): { level: number; words: string }[] {
  return [...withoutFences(text).matchAll(/^(#{1,6}) (.+)$/gm)].map(([, marks = '', words = '']) => {
    return { level: marks.length, words: words.trim() }
  })
}

function withoutFences(text: string): string {
  return text.replace(/^```[\s\S]*?^```/gm, '')
}

function withoutCode(text: string): string {
  return withoutFences(text).replace(/`[^`\n]*`/g, '')
}
