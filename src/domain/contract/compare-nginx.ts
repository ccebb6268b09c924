/**
 * The proxy in front (RC3): whom it asks, and where it listens, against the ports of target and agent. It may stand
 * before other things too, in files of their own; in Holdfast's file nothing else is asked.
 */
import { drifted, matches, notChecked, type CheckItem, type Looked } from './check-item.ts'
import { parseNginxFile, type Directive } from './nginx-file.ts'

/** What is wrong here keeps no unit from its start. */
export const NGINX_SCOPE = 'nginx'

export interface Addresses {
  /** The contract's bind: host and port of the target. */
  readonly target: string
  readonly agent: string
}

export interface NginxComparison {
  readonly file: string
  readonly text: string
  readonly addresses: Addresses
  /** Where the addresses were read. */
  readonly against: string
  /** Puts `good` in the place of `wrong` in that line. */
  readonly mendLine: (line: number, wrong: string, good: string) => string
}

export function compareNginx(comparison: NginxComparison): CheckItem[] {
  const { file, text, against } = comparison
  const { directives, faults } = parseNginxFile(file, text)
  const at = { scope: NGINX_SCOPE, against }
  if (faults.length > 0) {
    return faults.map(({ line, what }) =>
      drifted(
        { ...at, what: 'nginx configuration', source: `${file}:${line}` },
        { expected: 'a file that nginx reads', found: what, mend: `correct ${file}, then: nginx -t` },
      ),
    )
  }
  const upstreams = directives.filter(({ name, opens }) => name === 'upstream' && opens)
  const names = upstreams.map(({ words }) => words[0] ?? '')
  const asked = directives.flatMap((directive) => {
    const address = askedAddress(directive)
    return address === null || names.includes(address) ? [] : [compareAsked(comparison, directive, address)]
  })
  if (asked.length === 0) {
    const what = { ...at, what: 'proxy_pass', source: file }
    return [notChecked(what, 'it asks nobody'), ...listening(comparison, directives)]
  }
  return [...asked, ...listening(comparison, directives)]
}

/** Of `proxy_pass http://HOST:PORT/…;`, and of `server HOST:PORT;` in an upstream. */
function askedAddress({ name, words, opens, within }: Directive): string | null {
  const [first = ''] = words
  if (name === 'proxy_pass') return first.replace(/^https?:\/\//, '').replace(/(?<=[^/])\/.*$/, '')
  const isServer = name === 'server' && !opens && within.at(-1)?.startsWith('upstream ') === true
  return isServer ? first : null
}

function looked({ file, against }: NginxComparison, { name, line }: Directive): Looked {
  return { scope: NGINX_SCOPE, what: name, source: `${file}:${line}`, against }
}

function compareAsked(comparison: NginxComparison, directive: Directive, address: string): CheckItem {
  const { addresses, mendLine } = comparison
  const at = looked(comparison, directive)
  const { target, agent } = addresses
  if (sameAddress(address, agent) || sameAddress(address, target)) return matches(at, address)
  if (address.includes('$')) return notChecked(at, `which address ${address} is, only nginx knows`)
  const mend = mendLine(directive.line, address, agent)
  return drifted(at, { expected: `${agent} (the agent) or ${target} (the target)`, found: address, mend })
}

function listening(comparison: NginxComparison, directives: readonly Directive[]): CheckItem[] {
  const { addresses, file } = comparison
  return directives
    .filter(({ name, opens }) => name === 'listen' && !opens)
    .map((directive) => {
      const [given = ''] = directive.words
      const at = looked(comparison, directive)
      const port = portOf(given)
      const taken = (['target', 'agent'] as const).find((who) => portOf(addresses[who]) === port)
      if (port === null || taken === undefined) return matches(at, given)
      const expected = `another port than the ${taken}’s, ${addresses[taken]}`
      const mend = `choose another port in ${file}:${directive.line}, then: nginx -t && nginx -s reload`
      return drifted(at, { expected, found: given, mend })
    })
}

/** `80`, `host:80`, `[::]:80`; null for a socket, and 80 where only a host is named. */
function portOf(address: string): number | null {
  if (address.startsWith('unix:')) return null
  const [, digits] = /(?:^|:)(\d{1,5})$/.exec(address) ?? []
  return digits === undefined ? 80 : Number(digits)
}

const THIS_HOST = new Set(['127.0.0.1', 'localhost', '[::1]', '0.0.0.0', '[::]', '*'])

function sameAddress(one: string, other: string): boolean {
  const [a, b] = [hostOf(one), hostOf(other)]
  return portOf(one) === portOf(other) && (a === b || (THIS_HOST.has(a) && THIS_HOST.has(b)))
}

function hostOf(address: string): string {
  return address.replace(/:\d{1,5}$/, '').toLowerCase()
}
