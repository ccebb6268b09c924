import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { keptText, publicText } from '#domain/free-text.ts'
import { isSecretName, MASK, redacted, redactedValue, secretsIn, withoutValues } from '#domain/redaction.ts'
import { readRestartFlag } from '#domain/schemas/restart-flag.ts'

test.each([
  ['postgres://app:hunter2@db/app is down', 'postgres://***@db/app is down'],
  ['https://tok3n@host/x', 'https://***@host/x'],
  ['amqp://u:pa/ss@host', 'amqp://***@host'],
  ['mysql user:hunter2@tcp(db:3306)/app', 'mysql ***@tcp(db:3306)/app'],
  ['password=hunter2 user=app', 'password=*** user=app'],
  ['Password: "hun ter2", user: app', 'Password: ***, user: app'],
  [`{'db_password': 'it\\'s', 'n': 1}`, `{'db_password': ***, 'n': 1}`],
  ['GET /x?api_key=abc HTTP/1.1', 'GET /x?api_key=*** HTTP/1.1'],
  ['gunicorn --admin-token abc app:app', 'gunicorn --admin-token *** app:app'],
  ["config['secret'] => ['a', 'b'] end", "config['secret'] => *** end"],
  ['Authorization: Basic dXNlcjpw\nHost: x', 'Authorization: ***\nHost: x'],
  ['sent Bearer abc.def-123', 'sent Bearer ***'],
  ['got eyJhbGciOi.eyJzdWIiOj.c2ln here', 'got *** here'],
  ['key=abc for b', 'key=*** for b'],
  ['key ghp_0123456789abcdefABCD in the log', 'key *** in the log'],
  ['-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\nnext', '***\nnext'],
  ['MIIE\n-----END PRIVATE KEY-----\nnext', '***\nnext'],
  ['-----BEGIN PRIVATE KEY-----\nMIIE', '***'],
])('AU5 %j is kept as %j', (text, expected) => {
  expect(redacted(text)).toBe(expected)
})

test.each([
  'http://127.0.0.1:8000/users/ops@example.org',
  "KeyError: 'pool'",
  'password_file=/run/secrets/db, token_count: 4',
  'the password was changed, see change 4711',
  'Key (id)=(5) already exists',
  'override_passes: preflight, bypass=1',
  'written to ops@example.org at 12:30',
  'basic authentication is off',
])('AU5 %j holds no secret and stays', (text) => {
  expect(redacted(text)).toBe(text)
})

test.each([
  ['password', true],
  ['PGPASSWORD', true],
  ['dbPasswd2', true],
  ['SECRET_KEY_BASE', true],
  ['apiKey', true],
  ['X-Auth-Token', true],
  ['token_value', true],
  ['aws_credentials', true],
  ['override_passes', false],
  ['bypass', false],
  ['monkey', false],
  ['key', false],
  ['cache_key', false],
  ['AWS_ACCESS_KEY', true],
  ['KeyError', false],
  ['password_file', false],
  ['request_id', false],
  ['', false],
])('AU5 a field called %j holds a secret: %s', (name, secret) => {
  expect(isSecretName(name)).toBe(secret)
})

const LETTERS = [...'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789!$%^*~_+.|-']
/** What nobody would write by chance, so that finding it anywhere proves that it got through. */
const canary = fc
  .string({ unit: fc.constantFrom(...LETTERS), minLength: 10, maxLength: 40 })
  .map((text) => `c${text}9`)
const words = fc.stringMatching(/^[ a-z:,.'"(){}[\]=@/\\\n-]{0,60}$/)

const HIDING_PLACES: ((secret: string) => string)[] = [
  (secret) => `postgres://app:${secret}@db.internal:5432/app`,
  (secret) => `redis://:${secret}@cache/0`,
  (secret) => `password=${secret}`,
  (secret) => `PGPASSWORD=${secret} psql`,
  (secret) => `"client_secret": "${secret}"`,
  (secret) => `{'token': '${secret}', 'a': 1}`,
  (secret) => `--api-key ${secret} --verbose`,
  (secret) => `Authorization: Bearer ${secret}`,
  (secret) => `Cookie: a=1; session=${secret}`,
  (secret) => `Server=db;User Id=app;Password=${secret};`,
  (secret) => `host=db user=app password='${secret}'`,
  (secret) => `-----BEGIN EC PRIVATE KEY-----\n${secret}\n-----END EC PRIVATE KEY-----`,
]
const hidden = fc
  .tuple(canary, fc.constantFrom(...HIDING_PLACES))
  .map(([secret, hide]) => ({ secret, text: hide(secret) }))

test.each([
  ['key= "client_secret": "hunter2" x', 'key= *** x'],
  ['key=client_secret: "hunter2" x', 'key=*** x'],
  ['key=" "client_secret": "hunter2"', 'key=***'],
  ['password= --api-key hunter2 --verbose', 'password= *** --verbose'],
  ['key= Authorization: Bearer hunter2', 'key= ***'],
])('AU5 a value that is itself a name takes the value of that one along: %s', (text, masked) => {
  expect(redacted(text)).toBe(masked)
})

test('AU5 a secret in any known hiding place never comes through, whatever stands around it', () => {
  fc.assert(
    fc.property(hidden, words, words, ({ secret, text }, before, after) => {
      const around = `${before} ${text} ${after}`
      for (const kept of [
        redacted(around),
        keptText(around, 500),
        keptText(around, 60),
        publicText(around),
      ]) {
        expect(kept).not.toContain(secret)
      }
    }),
    { numRuns: 2000 },
  )
})

test('AU5 no field of a restart flag carries a secret on, however deep', () => {
  fc.assert(
    fc.property(hidden, canary, ({ secret, text }, other) => {
      const flag = {
        user: text,
        override_reason: text,
        extra: { deep: [{ note: text }], db_password: other, [text]: 1 },
      }
      const reading = readRestartFlag(JSON.stringify({ ...flag, request_id: 'token=r' }))
      expect(JSON.stringify(reading)).not.toContain(JSON.stringify(secret).slice(1, -1))
      expect(JSON.stringify(reading)).not.toContain(JSON.stringify(other).slice(1, -1))
      expect(reading).toMatchObject({ value: { request_id: 'token=r' } })
    }),
    { numRuns: 500 },
  )
})

test('AU5 masked twice is masked once, so that two readers of one request agree', () => {
  const pieces = fc.constantFrom(
    ...[
      'password',
      'token',
      '=',
      ': ',
      ':',
      '"',
      "'",
      '@',
      '//',
      '://',
      '***',
      ' ',
      '\n',
      ',',
      ';',
      'a',
      '-',
      '--',
      '[',
      ']',
    ],
    ...['{', '}', '(', ')', 'Bearer ', 'Authorization', '\\', '?', '/', 'x1', '\t'],
  )
  const text = fc.array(pieces, { maxLength: 14 }).map((some) => some.join(''))
  fc.assert(
    fc.property(
      fc.oneof(
        text,
        hidden.map((one) => one.text),
        fc.string({ maxLength: 200 }),
      ),
      (given) => {
        const once = redacted(given)
        expect(redacted(once)).toBe(once)
        const value = redactedValue({ given, list: [given] })
        expect(redactedValue(value)).toEqual(value)
      },
    ),
    { numRuns: 20_000 },
  )
})

test('AU5 the target’s own secrets are masked wherever they stand, passwords in its addresses too', () => {
  const secrets = secretsIn({
    DB_PASSWORD: 'swordfish',
    DATABASE_URL: 'mysql://u:hunter22@db',
    PATH: '/usr/bin',
    KEY: 'ab',
  })
  expect(withoutValues('login swordfish or hunter22 in /usr/bin, ab', secrets)).toBe(
    `login ${MASK} or ${MASK} in /usr/bin, ab`,
  )
})

test.each([
  'a'.repeat(65_536),
  'a-'.repeat(32_768),
  '://'.repeat(21_845),
  'x://a:'.repeat(10_922),
  'password="'.repeat(6_553),
  'eyJa-'.repeat(13_107),
  '-----BEGIN PRIVATE KEY-----'.repeat(2_427),
  'Bearer '.repeat(9_362),
  '--token {'.repeat(7_281),
  '"'.repeat(65_536),
])('AU5 a hostile text costs no more than a moment (%#)', (text) => {
  const startedAt = performance.now()
  redacted(text)
  expect(performance.now() - startedAt).toBeLessThan(1_000)
})
