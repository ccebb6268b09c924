/** Which packages an image has, by the databases of those who installed them: dpkg, apk, rpm, npm and Python's. */
import { npmPackageRule, pythonPackageRule, systemPackageRule } from './forbidden.ts'
import type { ImageRule } from './rules.ts'

export interface FoundPackage {
  readonly manager: 'dpkg' | 'apk' | 'rpm' | 'npm' | 'python'
  readonly name: string
  /** npm says so itself. */
  readonly isDevelopment?: true
}

type Reader = (text: string, path: string) => FoundPackage[]

const READERS: readonly { readonly path: RegExp; readonly read: Reader }[] = [
  { path: /\/dpkg\/(?:status|status\.d\/[^/]+)$/, read: readDpkg },
  { path: /\/apk\/db\/installed$/, read: readApk },
  { path: /\/rpm\/(?:rpmdb\.sqlite(?:-wal)?|Packages(?:\.db)?)$/, read: readRpm },
  { path: /\/node_modules\/(?:@[^/]+\/)?[^/]+\/package\.json$/, read: readNpmPackage },
  { path: /\/node_modules\/\.package-lock\.json$/, read: readNpmLock },
  { path: /\.(?:dist|egg)-info\/(?:METADATA|PKG-INFO)$/, read: readPython },
]

export function isPackageDatabase(path: string): boolean {
  return READERS.some(({ path: form }) => form.test(path))
}

export function packagesIn(path: string, text: string): FoundPackage[] {
  const reader = READERS.find(({ path: form }) => form.test(path))
  return reader === undefined ? [] : reader.read(text, path)
}

export function packageRule({ manager, name, isDevelopment }: FoundPackage): ImageRule | null {
  const rule =
    manager === 'npm'
      ? npmPackageRule(name)
      : manager === 'python'
        ? pythonPackageRule(name)
        : systemPackageRule(name)
  return rule ?? (isDevelopment === true ? 'dev_dependency' : null)
}

/** Removed packages of which settings stay are listed as well: `deinstall ok config-files`. */
function readDpkg(text: string): FoundPackage[] {
  return text.split(/\n\n+/).flatMap((stanza) => {
    const name = /^Package: (\S{1,200})/m.exec(stanza)?.[1]
    const status = /^Status: (.{1,100})$/m.exec(stanza)?.[1] ?? 'install ok installed'
    return name === undefined || !status.endsWith(' installed') ? [] : [{ manager: 'dpkg' as const, name }]
  })
}

function readApk(text: string): FoundPackage[] {
  return [...text.matchAll(/^P:(\S{1,200})$/gm)].map(([, name = '']) => ({ manager: 'apk' as const, name }))
}

/**
 * Whatever form the database has (Berkeley, ndb, SQLite), it holds each package's header as rpm writes it, whose data
 * begins with the locale, name, version and release. In SQLite's form the index of names stands beside them, and is
 * read too, because a header may lie across two pages: a record of three columns, the first of which is text.
 */
function readRpm(text: string, path: string): FoundPackage[] {
  const names = new Set<string>()
  for (const [, name = ''] of text.matchAll(
    /C\0([A-Za-z0-9][A-Za-z0-9+._-]{0,120})\0[0-9][^\0]{0,60}\0[^\0]{1,80}\0/g,
  ))
    names.add(name)
  if (text.startsWith('SQLite format 3\0') || path.endsWith('-wal')) {
    for (const found of text.matchAll(/\x04([\x0f-\x7f])[\x01-\x06\x08\x09][\x01-\x06\x08\x09]/g)) {
      const length = (found[1]?.charCodeAt(0) ?? 0) - 13
      const name = text.slice(found.index + 4, found.index + 4 + length / 2)
      if (length % 2 === 0 && /^[A-Za-z0-9][A-Za-z0-9+._-]*$/.test(name)) names.add(name)
    }
  }
  return [...names].map((name) => ({ manager: 'rpm' as const, name }))
}

/** By its own word: the directory may have another name. */
function readNpmPackage(text: string): FoundPackage[] {
  const { name } = objectOf(text)
  return typeof name === 'string' ? [{ manager: 'npm', name: name.slice(0, 214) }] : []
}

function readNpmLock(text: string): FoundPackage[] {
  const { packages } = objectOf(text)
  if (typeof packages !== 'object' || packages === null) return []
  return Object.entries(packages as Record<string, { dev?: unknown } | null>).flatMap(([path, entry]) => {
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
    return entry?.dev === true ? [{ manager: 'npm' as const, name, isDevelopment: true as const }] : []
  })
}

function readPython(text: string): FoundPackage[] {
  const name = /^Name: (\S{1,200})/m.exec(text)?.[1]
  return name === undefined ? [] : [{ manager: 'python', name }]
}

function objectOf(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {} // not npm's own file
  }
}
