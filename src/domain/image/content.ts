/**
 * What a file's content says, looked at piece by piece as it is read: whether it is a program, which one whatever it is
 * called, which packages a database lists, secrets, and whether it is the source of a test.
 */
import { isPackageDatabase, packagesIn, type FoundPackage } from './package-databases.ts'
import { IMAGE_MARK } from './mark.ts'
import type { ImageRule } from './rules.ts'
import { SECRET_OVERLAP, secretsIn } from './secrets.ts'

export interface ContentFacts {
  readonly isElf: boolean
  readonly isScript: boolean
  readonly secrets: readonly string[]
  readonly packages: readonly FoundPackage[]
  /** A program that is known by what it says of itself. */
  readonly program: { readonly rule: ImageRule; readonly what: string } | null
  readonly importsTestFramework: boolean
  /** A package database that is larger than what is looked at. */
  readonly isCutOff: boolean
  /** Of the mark that an image of ours carries: which one it says it is. */
  readonly image: string | null
  /** As the file HEAD of a repository. */
  readonly isHeadOfRepository: boolean
}

/** Words in the machine code of programs that nothing else carries. */
const PROGRAM_MARKS: readonly { readonly mark: string; readonly rule: ImageRule; readonly what: string }[] = [
  { mark: 'COLLECT_GCC_OPTIONS', rule: 'compiler', what: 'GCC' },
  { mark: 'GNU assembler version', rule: 'compiler', what: 'the GNU assembler' },
  { mark: 'clang LLVM compiler', rule: 'compiler', what: 'clang' },
  { mark: 'cmd/compile/internal', rule: 'compiler', what: 'the Go compiler' },
  { mark: 'rustc_driver', rule: 'compiler', what: 'the Rust compiler' },
  { mark: 'MAKEFILE_LIST', rule: 'build_tool', what: 'make' },
  { mark: 'BASH_VERSINFO', rule: 'shell', what: 'bash' },
  { mark: 'BusyBox is a multi-call binary', rule: 'shell', what: 'BusyBox' },
  { mark: 'Dir::State::lists', rule: 'package_manager', what: 'apt' },
  { mark: 'GIT_CEILING_DIRECTORIES', rule: 'vcs_data', what: 'git' },
  { mark: 'chrome_crashpad_handler', rule: 'browser', what: 'Chromium' },
  { mark: 'gitlab-runner/commands', rule: 'ci_runner', what: 'a CI runner' },
]

const SCRIPT_SOURCE = /\.[cm]?[jt]sx?$/
const IMPORTS_TEST =
  /(?:\bfrom|\brequire\(|\bimport)\s{0,4}\(?\s{0,4}['"](?:vitest|node:test|mocha|chai|ava|tap|tape|@jest\/globals|@playwright\/test|fast-check|supertest|@vue\/test-utils)(?:\/[a-z-]+)?['"]/
const IMPORTS_PYTEST = /^\s{0,40}(?:import|from)\s{1,4}(?:pytest|hypothesis)\b/m

/** A larger database is not looked into, and that is told. */
const DATABASE_LIMIT = 64 * 1024 * 1024

export class ContentExaminer {
  readonly #path: string
  readonly #isMark: boolean
  readonly #keepsAll: boolean
  readonly #secrets = new Set<string>()
  #all: string[] = []
  #length = 0
  #before = ''
  #head = ''
  #program: ContentFacts['program'] = null
  #importsTestFramework = false

  constructor(path: string) {
    this.#path = path
    this.#isMark = path === `/${IMAGE_MARK}`
    this.#keepsAll = this.#isMark || isPackageDatabase(path)
  }

  /** Each byte as one character. */
  push(piece: string): void {
    const text = this.#before + piece
    if (this.#head.length < 64) this.#head += piece.slice(0, 64)
    for (const what of secretsIn(text)) this.#secrets.add(what)
    if (isElfHead(this.#head)) this.#program ??= PROGRAM_MARKS.find(({ mark }) => text.includes(mark)) ?? null
    this.#importsTestFramework ||= this.#looksLikeTest(text)
    this.#length += piece.length
    if (this.#keepsAll && this.#length <= DATABASE_LIMIT) this.#all.push(piece)
    this.#before = text.slice(-SECRET_OVERLAP)
  }

  #looksLikeTest(text: string): boolean {
    if (SCRIPT_SOURCE.test(this.#path)) return IMPORTS_TEST.test(text)
    return this.#path.endsWith('.py') && IMPORTS_PYTEST.test(text)
  }

  finish(): ContentFacts {
    const text = this.#all.join('')
    this.#all = []
    return {
      isElf: isElfHead(this.#head),
      isScript: this.#head.startsWith('#!'),
      secrets: [...this.#secrets],
      packages: this.#length <= DATABASE_LIMIT ? packagesIn(this.#path, text) : [],
      isCutOff: this.#keepsAll && this.#length > DATABASE_LIMIT,
      image: this.#isMark ? markedImage(text) : null,
      program: this.#program,
      importsTestFramework: this.#importsTestFramework,
      isHeadOfRepository:
        this.#length <= 300 && /^(?:ref: refs\/\S+|[0-9a-f]{40}(?:[0-9a-f]{24})?)\n?$/.test(this.#before),
    }
  }
}

const isElfHead = (head: string) => head.startsWith('\x7fELF')

function markedImage(text: string): string | null {
  const [, name = null] = /^\s*\{\s*"image"\s*:\s*"([a-z]{1,20})"/.exec(text.slice(0, 200)) ?? []
  return name
}
