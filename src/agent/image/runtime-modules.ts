/** The npm packages that run, with all that they need, as package-lock.json tells them. */
import { isTestSource } from '#domain/image/path-rules.ts'
import { HoldfastProblem } from '#domain/problems.ts'

interface Lock {
  readonly packages?: Readonly<Record<string, { readonly dependencies?: Readonly<Record<string, string>> }>>
}

/** Their directories in the checkout, `node_modules/…`. */
export function runtimeModules(lock: unknown, roots: readonly string[]): string[] {
  const packages = (lock as Lock | null)?.packages ?? {}
  const found = new Set<string>()
  const waiting = roots.map((name) => ({ name, from: '' }))
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { name, from } = next
    const place = placesOf(name, from).find((path) => packages[path] !== undefined)
    if (place === undefined)
      throw new HoldfastProblem('input_invalid', `package-lock.json has no ${name}; run npm ci`)
    if (found.has(place)) continue
    found.add(place)
    waiting.push(
      ...Object.keys(packages[place]?.dependencies ?? {}).map((needed) => ({ name: needed, from: place })),
    )
  }
  return [...found].toSorted()
}

/** Where Node looks for it, the nearest first. */
function placesOf(name: string, from: string): string[] {
  const places: string[] = []
  for (
    let above = from;
    above !== '';
    above = above.slice(0, Math.max(0, above.lastIndexOf('/node_modules/')))
  ) {
    places.push(`${above}/node_modules/${name}`)
  }
  return [...places, `node_modules/${name}`]
}

const BESIDE_THE_CODE: ReadonlySet<string> = new Set([
  'test',
  'tests',
  '__tests__',
  'spec',
  'docs',
  'example',
  'examples',
  'benchmark',
  'benchmarks',
  'integration',
  '.github',
  // Packages of their own, which are taken by themselves or not at all.
  'node_modules',
])

/** Of a file's path within its package: whether the package needs it to run. */
export function runsInPackage(path: string): boolean {
  const parts = path.split('/')
  const name = parts.pop() ?? ''
  if (isTestSource(path) || parts.some((part) => BESIDE_THE_CODE.has(part))) return false
  if (/^(?:LICEN[CS]E|NOTICE|COPYING)/i.test(name)) return true
  return (
    /\.(?:[cm]?js|json)$/.test(name) && !/(?:\.config\.[cm]?js|^(?:bench|example|tsconfig)[^/]*)$/.test(name)
  )
}
