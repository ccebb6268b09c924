/** What a built console has to be (MG1), asked of a directory: its index, its assets, and how they name each other. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib'
import { keptNames } from '#agent/release/kept-assets.ts'
import type { GateFinding } from '#domain/release/gate-report.ts'

export interface BuildLook {
  readonly checks: number
  readonly findings: readonly GateFinding[]
  /** Without what stands beside them compressed. */
  readonly assets: readonly string[]
  /** Compressed, as they are sent. */
  readonly firstLoadBytes: number
  readonly allBytes: number
}

/** What is loaded before anything is seen, and all of it: so that a page at night over a phone is no wait. */
export const FIRST_LOAD_LIMIT = 110 * 1024
export const ALL_LIMIT = 1024 * 1024

const HASHED = /^[\w.-]+-[\w-]{8}\.(js|css|svg|woff2)$/
const PACKED = /\.(?:br|gz)$/
const REFERENCE = /["'`(](?:\.\/|\.\.\/)?(?:assets\/)?([\w.-]+-[\w-]{8}\.(?:js|css|svg|woff2))["'`)]/g
const SECRETS: readonly [string, RegExp][] = [
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY-----/],
  ['a password in an address', /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@"'`]{1,64}:[^\s/@"'`]{1,64}@/i],
  ['an access key', /\bAKIA[0-9A-Z]{16}\b/],
  ['a token', /\bgh[pousr]_[A-Za-z0-9]{36}\b/],
]

export function lookAtBuild(dist: string, checkout: string): BuildLook {
  const findings: GateFinding[] = []
  let checks = 0
  const holds = (isSo: boolean, code: string, message: string) => {
    checks += 1
    if (!isSo) findings.push({ code, message, mend: 'npm run build' })
  }
  const index = existsSync(join(dist, 'index.html')) ? readFileSync(join(dist, 'index.html'), 'utf8') : ''
  holds(index !== '', 'index_missing', 'dist/index.html is not there')
  const directory = join(dist, 'assets')
  const files = existsSync(directory) ? readdirSync(directory).toSorted() : []
  const assets = files.filter((name) => !PACKED.test(name))
  const kept = keptNames(dist)
  holds(assets.length > 0, 'assets_missing', 'dist/assets is empty')
  const texts = new Map(assets.map((name) => [name, readFileSync(join(directory, name), 'utf8')]))

  for (const [from, text] of [['index.html', index] as const, ...texts]) {
    for (const name of referencesIn(text)) {
      holds(texts.has(name), 'asset_missing', `${from} names assets/${name}, which is not there`)
    }
  }
  const named = new Set([index, ...texts.values()].flatMap(referencesIn))
  for (const [name, text] of texts) {
    holds(
      HASHED.test(name),
      'asset_not_hashed',
      `assets/${name} carries no hash: an old one would be taken for it`,
    )
    // Those of the build before are there for the tabs of before.
    holds(named.has(name) || kept.has(name), 'asset_unused', `assets/${name} is named by nothing`)
    holds(text !== '', 'asset_empty', `assets/${name} is empty`)
    holds(
      !/\.map$|sourceMappingURL=/.test(`${name}\n${text}`),
      'source_map',
      `assets/${name} is, or names, a source map`,
    )
    holds(!text.includes(checkout), 'place_told', `assets/${name} tells where it was built: ${checkout}`)
    for (const [what, secret] of SECRETS) {
      holds(!secret.test(text), 'secret', `assets/${name} holds ${what}`)
    }
  }
  for (const name of files.filter((one) => PACKED.test(one))) {
    const isSame = unpacked(join(directory, name))?.equals(bytesOf(join(directory, name.replace(PACKED, ''))))
    holds(
      isSame === true,
      'packed_differs',
      `assets/${name} is not the file that it stands beside, compressed`,
    )
  }
  const own = [...texts].filter(([name]) => !kept.has(name))
  const sizes = new Map(own.map(([name, text]) => [name, gzipSync(text).length]))
  const first = referencesIn(index).reduce(
    (sum, name) => sum + (sizes.get(name) ?? 0),
    gzipSync(index).length,
  )
  const all = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0)
  holds(
    first <= FIRST_LOAD_LIMIT,
    'over_budget',
    `the first load is ${first} bytes, its budget ${FIRST_LOAD_LIMIT}`,
  )
  holds(all <= ALL_LIMIT, 'over_budget', `all assets are ${all} bytes, their budget ${ALL_LIMIT}`)
  return { checks, findings, assets, firstLoadBytes: first, allBytes: all }
}

function bytesOf(path: string): Buffer {
  return existsSync(path) ? readFileSync(path) : Buffer.alloc(0)
}

/** null: it is torn. */
function unpacked(path: string): Buffer | null {
  try {
    return path.endsWith('.br') ? brotliDecompressSync(bytesOf(path)) : gunzipSync(bytesOf(path))
  } catch {
    return null
  }
}

function referencesIn(text: string): string[] {
  return [...new Set([...text.matchAll(REFERENCE)].map(([, name]) => name ?? ''))]
}
