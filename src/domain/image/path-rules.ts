/** What the path of a file, or of what a Dockerfile copies, says by itself. */
import type { ImageRule } from './rules.ts'

const VCS_DIRECTORIES: ReadonlySet<string> = new Set(['.git', '.hg', '.svn', '.bzr', '_darcs', 'CVS', '.jj'])
const TEST_DIRECTORIES: ReadonlySet<string> = new Set([
  'test',
  'tests',
  '__tests__',
  '__mocks__',
  'spec',
  'specs',
  'e2e',
  'cypress',
])
const SOURCE = /\.(?:[cm]?[jt]sx?|vue|py|rb|go|rs|java|kt|c|cc|cpp|php|pl|sh|feature|robot)$/
const TEST_FILE =
  /(?:\.(?:test|spec|e2e|bench)\.[cm]?[jt]sx?|_test\.(?:go|py|rb)|_spec\.rb|Tests?\.(?:java|kt)|\.feature|\.robot)$|^(?:test_[^/]*|conftest)\.py$|^tests?\.[cm]?[jt]sx?$/

export function isVcsName(name: string): boolean {
  return VCS_DIRECTORIES.has(name) || name === '.gitmodules' || name === '.hgtags'
}

/** Of a file: whether it is the source of a test, by its own name or by the directory that it lies in. */
export function isTestSource(path: string): boolean {
  const parts = path.split('/')
  const name = parts.pop() ?? ''
  if (TEST_FILE.test(name)) return true
  return SOURCE.test(name) && parts.some((part) => TEST_DIRECTORIES.has(part))
}

/** What a COPY of this source brings, as far as its name tells. */
export function copiedPathRule(source: string): ImageRule | null {
  const parts = source.split('/').filter((part) => part !== '' && part !== '.')
  if (parts.some(isVcsName)) return 'vcs_data'
  if (isTestSource(source) || TEST_DIRECTORIES.has(parts.at(-1) ?? '')) return 'test_source'
  return null
}
