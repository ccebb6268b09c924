/** The documents of this checkout, looked at all together. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SHIPPED_CONTRACT } from '#agent/places.ts'
import { loadContract } from '#agent/settings/load-contract.ts'
import { ROOT } from '../support/holdfast.ts'
import { anchorsOf, lookAtDocument, type DocumentFacts, type DocumentLook } from './doc-checks.ts'

/** Each says this of itself, by a block that is made of it (MG5). */
export const DEMANDED_BLOCKS: Readonly<Record<string, readonly string[]>> = {
  'README.md': ['single-port'],
  'docs/architecture.md': ['module-layout'],
  'docs/operations.md': ['runtime-contract', 'gates'],
  'docs/deployable-runtime-contract.md': [
    'image-version',
    'image-environment',
    'backend-files',
    'frontend-files',
    'image-rules',
  ],
  'docs/runbook.md': ['resilience-diagnostics', 'rehearsal-steps'],
}

export function documentPaths(): string[] {
  const below = (directory: string) =>
    readdirSync(join(ROOT, directory))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${directory}/${name}`)
  return ['README.md', 'CONTRIBUTING.md', ...below('docs'), ...below('docs/adr')]
}

export function factsOfCheckout(): DocumentFacts {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: object }
  return {
    contractVersion: loadContract(SHIPPED_CONTRACT, {}).contract.version,
    scripts: Object.keys(scripts),
    isThere: (path) => existsSync(join(ROOT, path)),
    anchors: (path) => (path.endsWith('.md') ? anchorsOf(readFileSync(join(ROOT, path), 'utf8')) : null),
  }
}

export function lookAtDocuments(): DocumentLook {
  const facts = factsOfCheckout()
  const looks = documentPaths().map((path) => {
    const text = readFileSync(join(ROOT, path), 'utf8')
    return lookAtDocument(path, text, facts, path.startsWith('docs/adr/'))
  })
  const missing = Object.entries(DEMANDED_BLOCKS).flatMap(([path, names]) => {
    const text = readFileSync(join(ROOT, path), 'utf8')
    return names
      .filter((name) => !text.includes(`<!-- made: ${name} -->`))
      .map((name) => ({ code: 'block_missing', message: `${path} has no block ${name}`, mend: null }))
  })
  const demanded = Object.values(DEMANDED_BLOCKS).flat().length
  return {
    checks: looks.reduce((sum, { checks }) => sum + checks, demanded),
    findings: [...looks.flatMap(({ findings }) => findings), ...missing],
  }
}
