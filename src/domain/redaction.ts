/**
 * Secrets never reach a log, an event, an answer or a page (AU5). They are masked where a text is read, once, and
 * not where it is printed: whatever is stored or passed on is free of them already. This is the only place that
 * knows what a secret looks like.
 *
 * What can be told apart: what bears a telling name (`password=`, `"api_key": `, `--token `, an Authorization
 * header), user and password in an address, and tokens whose form gives them away. A password that somebody types
 * into the middle of a sentence looks like any other word.
 *
 * Masked twice is masked once, so that a text which passes two readers is the same after both: a request is
 * recognised by that (WD7). Every repetition has a bound: the text may be a hostile 64 KiB.
 */
import { mapTexts } from './map-texts.ts'

export const MASK = '***'

export function redacted(text: string): string {
  const bare = TELLING_FORMS.reduce((masked, [form, mask]) => masked.replace(form, mask), text)
  return withoutNamedValues(bare)
}

/** Out of somebody else's JSON: a field with a telling name loses its value, whatever that is. */
export function redactedValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redactedValue)
  if (typeof value !== 'object' || value === null) return mapTexts(value, redacted)
  const fields = Object.entries(value).map(([name, inner]) => [
    redacted(name),
    isSecretName(name) && inner !== null && inner !== '' ? MASK : redactedValue(inner),
  ])
  return Object.fromEntries(fields)
}

/** Values that are known to be secret, wherever they stand, as those of the target's environment. */
export function withoutValues(text: string, secrets: readonly string[]): string {
  // Longest first: one may be the beginning of another.
  const longestFirst = secrets.filter((secret) => secret.length >= TELLING_CHARACTERS).toSorted(byLength)
  return longestFirst.reduce((masked, secret) => masked.replaceAll(secret, MASK), text)
}

/** Shorter values would blank out ordinary words. */
const TELLING_CHARACTERS = 6

function byLength(one: string, other: string): number {
  return other.length - one.length
}

/** A name with one of these in it holds one, unless its last word says that it holds something about it. */
const SECRET_ANYWHERE = /passw(?:or)?d|passphrase|pwd|secret|credential/
const ABOUT_IT =
  /^(?:file|path|dir|directory|error|exception|name|count|length|type|policy|url|field|hint|limit|age|ttl|reset|required|id)s?$/
/** Others say it by their last word: an `api_key` is one, a `KeyError` and a `token_count` are none. */
const SECRET_AT_LAST = /(?:token|api_?key|private_?key|authorization|cookie|dsn|jwt)s?$/
const SECRET_ALONE = new Set(['pass', 'auth', 'session', 'sessionid', 'sid', 'pat'])
/** Many keys are none: those of a cache, a table, a request. */
const SECRET_KEY =
  /^(?:api|access|account|app|auth|client|crypt|encryption|master|private|secret|service|shared|signing|ssh|storage) keys?$/
/** What may follow such a word without changing that. */
const STILL_SECRET = /^(?:value|text|plain|string|base64|hash|old|new|current|confirm(?:ation)?|\d+)$/

export function isSecretName(name: string): boolean {
  const words = name
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter((word) => word !== '')
  while (words.length > 1 && STILL_SECRET.test(words.at(-1) ?? '')) words.pop()
  const last = words.at(-1) ?? ''
  if (words.some((word) => SECRET_ANYWHERE.test(word))) return !ABOUT_IT.test(last)
  return SECRET_AT_LAST.test(last) || SECRET_ALONE.has(last) || SECRET_KEY.test(words.slice(-2).join(' '))
}

/** The values in an environment that may be secret: by their names, and the passwords in addresses. */
export function secretsIn(environment: Readonly<Record<string, string>>): string[] {
  return Object.entries(environment).flatMap(([name, value]) => {
    const password = /:\/\/[^\s/@:]{0,200}:([^\s@]{1,500})@/.exec(value)?.[1]
    const named = SECRET_VARIABLE.test(name) ? [value] : []
    return password === undefined ? named : [...named, password]
  })
}

/** Wider than for names in a text, since only these very values are masked. */
const SECRET_VARIABLE = /PASS|PWD|SECRET|TOKEN|KEY|CREDENTIAL|DSN|AUTH/i

const TELLING_FORMS: readonly (readonly [RegExp, string])[] = [
  // A private key, whole; one whose beginning or end was cut off, up to there.
  [
    /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----(?:(?!-----BEGIN)[\s\S])*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g,
    MASK,
  ],
  [/^[\s\S]*?-----END [A-Z ]{0,40}PRIVATE KEY-----/g, MASK],
  // User and password in an address; a password with a slash in it, unless it looks like a port.
  [/([a-z][a-z\d+.-]{0,30}:\/\/)[^\s/?#]{0,1000}@/gi, `$1${MASK}@`],
  [/(:\/\/)[^\s/@:]{0,200}:(?!\d{1,5}(?:[/?#]|$))[^\s@]{1,500}@/g, `$1${MASK}@`],
  [/(?<![\w.+-])[\w.+-]{1,80}:[^\s@:/]{1,200}@(?=[\w([])/g, `${MASK}@`],
  [/\b(Bearer|Basic)\s+(?=[\w.~+/=-]{0,400}[\d=_~+/])[\w.~+/=-]{8,4000}/gi, `$1 ${MASK}`],
  [/\bBearer\s+[\w.~+/=-]{16,4000}/g, `Bearer ${MASK}`],
  [/(?<![\w-])eyJ[\w-]{6,1000}\.[\w-]{6,4000}(?:\.[\w-]{0,4000})?/g, MASK],
  [
    /\b(?:gh[pousr]_|github_pat_|glpat-|xox[abposr]-|sk-|sk_live_|rk_live_|AKIA|ASIA|AIza|npm_|pypi-)[\w-]{12,400}/g,
    MASK,
  ],
]

/** A name, and what says that its value follows. */
const NAMED = /(?<![\w.-])([\w.-]{1,120})(?:["'`]?\]?\s{0,8}(?:=>|:=|=|:)\s{0,8}|(?<=--[\w-]{1,118})\s{1,8})/g
/**
 * As far as it goes: to the closing quote or bracket, else to the next blank. A mask that stands alone is whole,
 * and what hangs on to a closing quote belongs to it: so a second pass finds nothing more.
 */
const VALUE =
  /\*\*\*(?=[\s,;&)\]}"'`]|$)|(?:"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|\[[^\]]*\]?|\{[^}]*\}?|\([^)]*\)?)(?:[^\s,;&)\]}"'`]\S*)?|\S+/sy
const REST_OF_LINE = /[^\r\n]+/y
/** In a text a bare `key=` is one more likely than not; as the name of a field it only names what is beside it. */
const KEY = /^keys?$/i
/** Values of several words. */
const HEADER = /(?:authorization|cookie)$/i

function withoutNamedValues(text: string): string {
  let result = ''
  let copied = 0
  NAMED.lastIndex = 0
  for (let match = NAMED.exec(text); match !== null; match = NAMED.exec(text)) {
    const valueAt = NAMED.lastIndex
    // What follows a name that tells nothing may itself be one, as in `env: password=…`, and is looked at next.
    const end = isTelling(match) ? endOfValue(text, { name: match[1] ?? '', valueAt }) : null
    if (end !== null) {
      result += `${text.slice(copied, valueAt)}${MASK}`
      copied = end
    }
    NAMED.lastIndex = end ?? valueAt
  }
  return result + text.slice(copied)
}

function isTelling([, name = '']: RegExpExecArray): boolean {
  return isSecretName(name) || KEY.test(name)
}

interface Named {
  readonly name: string
  readonly valueAt: number
}

/** Where the value is itself a name, as in `key= "token": "…"`, up to the end of the value of that one. Null: there is none. */
function endOfValue(text: string, named: Named): number | null {
  let end: number | null = null
  for (let next: Named | null = named; next !== null;) {
    const value = HEADER.test(next.name) ? REST_OF_LINE : VALUE
    value.lastIndex = next.valueAt
    if (!value.test(text)) return end
    end = value.lastIndex
    next = nameAtEnd(text, next.valueAt, end)
  }
  return end
}

/** The telling name with which the text between the two ends, so that its value comes behind. */
function nameAtEnd(text: string, from: number, end: number): Named | null {
  NAMED.lastIndex = from
  for (let match = NAMED.exec(text); match !== null && match.index < end; match = NAMED.exec(text)) {
    const valueAt = NAMED.lastIndex
    if (valueAt >= end && isTelling(match)) return { name: match[1] ?? '', valueAt }
  }
  return null
}
