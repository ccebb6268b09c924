import { expect, test } from 'vitest'
import { FIELDS, type FieldKey } from '#domain/config/fields.ts'
import { resolveConfig, unknownVariables, type ConfigAnswer } from '#domain/config/resolve.ts'

const file = (content: unknown) => ({ path: 'holdfast.json', content })

function settled(answer: ConfigAnswer) {
  if (!answer.ok) throw new Error(JSON.stringify(answer.faults))
  return answer.config
}

function faults(answer: ConfigAnswer) {
  if (answer.ok) throw new Error('expected faults')
  return answer.faults
}

test('without environment and file every value is the preset', () => {
  const { values, sources } = settled(resolveConfig({ env: {}, file: null }))
  for (const key of Object.keys(FIELDS) as FieldKey[]) {
    expect(values[key]).toEqual(FIELDS[key].preset)
    expect(sources[key]).toEqual({ kind: 'preset' })
  }
})

test('the environment wins over the file, the file over the preset', () => {
  const { values, sources } = settled(
    resolveConfig({ env: { HOLDFAST_PORT: '9001' }, file: file({ port: 9000, statsd: { port: 9125 } }) }),
  )
  expect(values.port).toBe(9001)
  expect(sources.port).toEqual({ kind: 'env', name: 'HOLDFAST_PORT' })
  expect(values['statsd.port']).toBe(9125)
  expect(sources['statsd.port']).toEqual({ kind: 'file', file: 'holdfast.json' })
})

test.each([
  ['HOLDFAST_PORT', 'http'],
  ['HOLDFAST_PORT', '65536'],
  ['HOLDFAST_PORT', '0x50'],
  ['HOLDFAST_PORT', ''],
  ['HOLDFAST_PORT', '80 '],
  ['HOLDFAST_HOST', '0.0.0.0'],
  ['HOLDFAST_HOST', '127.999.1.1'],
  ['HOLDFAST_STATE_DIR', ''],
  ['HOLDFAST_TARGET_HEALTH_URL', 'file:///etc/passwd'],
  ['HOLDFAST_PUBLIC_ORIGINS', 'https://a.example/path'],
  ['HOLDFAST_PUBLIC_ORIGINS', 'http://a.example:99999'],
  ['WORKER_RESTART_COOLDOWN', '-1'],
  ['WORKER_RESTART_RETRY_BUDGET', '2.5'],
  ['WORKER_RESTART_WINDOW_SECONDS', '29'],
  ['WORKER_GUARDED_MODE_ENABLED', 'maybe'],
  ['WORKER_GUARD_RELEASE', 'never'],
  ['RUNTIME_CONTRACT_ENFORCE', ''],
])('RC7 %s=%j is an error with the variable, what was expected and what was found', (name, value) => {
  const [fault, ...more] = faults(resolveConfig({ env: { [name]: value }, file: null }))
  expect(more).toEqual([])
  expect(fault).toMatchObject({ name })
  expect(fault?.expected).not.toBe('')
  expect(fault?.found).not.toBe('')
})

test.each([
  [{ prot: 1 }, 'holdfast.json: prot', 'did you mean "port"'],
  [{ statsd: { prot: 1 } }, 'holdfast.json: statsd.prot', 'did you mean "statsd.port"'],
  [{ statsd: 5 }, 'holdfast.json: statsd', 'an object'],
  [{ port: '80' }, 'holdfast.json: port', 'a port from 0 to 65535'],
  [{ port: null }, 'holdfast.json: port', 'a port from 0 to 65535'],
  [{ __proto__: null, constructor: 1 }, 'holdfast.json: constructor', 'a known key'],
  [[], 'holdfast.json', 'a JSON object'],
  ['text', 'holdfast.json', 'a JSON object'],
])('the file content %j is refused with its place', (content, name, expected) => {
  const found = faults(resolveConfig({ env: {}, file: file(content) }))
  expect(found.map((fault) => fault.name)).toEqual([name])
  expect(found[0]?.expected).toContain(expected)
})

test('BI1 a malformed value in the file is a fault even where a variable wins', () => {
  const found = faults(resolveConfig({ env: { HOLDFAST_PORT: '9001' }, file: file({ port: '80' }) }))
  expect(found.map(({ name }) => name)).toEqual(['holdfast.json: port'])
})

test('SE8 control characters of an unknown key do not reach the terminal', () => {
  const [fault] = faults(resolveConfig({ env: {}, file: file({ '\u001b[31mprt': 1 }) }))
  expect(fault?.name).toBe('holdfast.json: [31mprt')
})

test('AU5 user and password of an address are refused, and not repeated', () => {
  const env = { HOLDFAST_TARGET_HEALTH_URL: 'http://ops:hunter2@127.0.0.1/health' }
  const [fault] = faults(resolveConfig({ env, file: null }))
  expect(fault).toMatchObject({ expected: 'an http:// URL without user and password' })
  expect(JSON.stringify(fault)).not.toContain('hunter2')
  const allowed = { HOLDFAST_TARGET_HEALTH_URL: 'http://127.0.0.1/health?at=@1' }
  expect(settled(resolveConfig({ env: allowed, file: null })).values['target.health_url']).toContain('@1')
})

test('BI1 all faults are reported at once, from environment and file', () => {
  const found = faults(
    resolveConfig({ env: { HOLDFAST_PORT: 'x', HOLDFAST_STATSD_PORT: 'y' }, file: file({ hots: 1 }) }),
  )
  expect(found.map(({ name }) => name).sort()).toEqual([
    'HOLDFAST_PORT',
    'HOLDFAST_STATSD_PORT',
    'holdfast.json: hots',
  ])
})

test('an unknown HOLDFAST_ variable is told with a suggestion, a foreign one is left alone', () => {
  const found = unknownVariables({ HOLDFAST_PROT: '1', OTHER: '1', HOLDFAST_CONFIG: 'x' }, [
    'HOLDFAST_CONFIG',
  ])
  expect(found).toEqual([
    { name: 'HOLDFAST_PROT', expected: 'did you mean HOLDFAST_PORT', found: 'an unknown variable' },
  ])
})
