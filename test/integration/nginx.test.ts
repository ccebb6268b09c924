/** The rendered configuration in a real nginx, in front of the real agent. */
import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { dirname, join } from 'node:path'
import { createPinia } from 'pinia'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { nginxAccess } from '#domain/contract/nginx-access.ts'
import { readSwitch } from '#agent/navigation/switch-files.ts'
import { freeTcpPort } from '#agent/start/free-port.ts'
import { policyWithStyle, SECURITY_HEADERS } from '#domain/security-headers.ts'
import { PUBLIC_STATE_FILE } from '#domain/health/public-state.ts'
import { NGINX_SAW } from '#domain/navigation/addresses.ts'
import {
  navigationState,
  SWITCH_SOURCES,
  switchFileName,
  unexplained,
  type SwitchSource,
} from '#domain/navigation/kill-switch.ts'
import { NAVIGATION } from '#domain/navigation/manifest.ts'
import { navigationView } from '#domain/schemas/navigation-api.ts'
import { readHealth } from '#web/api/health-reading.ts'
import { useHealthStore } from '#web/stores/health.ts'
import { AGENT_PROGRAM, ROOT, run, scratch, type Run, type Scratch } from '../support/holdfast.ts'
import { contractOf, inOwnMounts, startNginx, type Nginx } from '../support/nginx.ts'
import { signIn, withAdmin, type Reader } from '../support/signed-in.ts'
import { until } from '../support/until.ts'

let place: Scratch
let agent: Run
let agentPort: number
/** Of the origins that the agent answers to. */
let spare: number
let nginx: Nginx
let beneath: Nginx
let front: string
let read: Reader

beforeAll(async () => {
  place = scratch()
  agentPort = await freeTcpPort()
  const [port, otherPort] = [await freeTcpPort(), await freeTcpPort()]
  spare = await freeTcpPort()
  agent = asUnit('serve', {
    ...withAdmin(place),
    HOLDFAST_PORT: String(agentPort),
    HOLDFAST_STATSD_PORT: '0',
    HOLDFAST_PUBLIC_ORIGINS: [port, otherPort, spare].map((one) => `http://127.0.0.1:${one}`).join(','),
    HOLDFAST_TARGET_HEALTH_URL: 'http://127.0.0.1:9/health',
  })
  nginx = await startNginx({ place, port, agentPort, brotli: true })
  beneath = await startNginx({ place, port: otherPort, agentPort, layout: { prefix: '/holdfast/' } })
  ;({ front } = nginx)
  await until('the agent answers', async () => (await fetch(`${front}/livez`)).status === 200)
  read = await signIn(front)
})
afterAll(async () => {
  await nginx.stop()
  await beneath.stop()
  agent.process.kill('SIGTERM')
  await agent.ended
  place.remove()
})
afterEach(() => {
  for (const source of SWITCH_SOURCES) {
    const path = pathOf(source)
    rmSync(source.route === null ? path : dirname(path), { recursive: true, force: true })
  }
})

const [unshare = '', ...mounts] = inOwnMounts('true')
const mayMount = spawnSync(unshare, mounts).status === 0

const page = (path: string, base = front) => fetch(`${base}${path}`, { headers: { accept: 'text/html' } })
const pathOf = (source: SwitchSource) =>
  join(source.place === 'state' ? place.stateDir : place.runtimeDir, switchFileName(source))

function put(sources: readonly SwitchSource[]): void {
  for (const source of SWITCH_SOURCES) {
    if (!sources.includes(source)) rmSync(pathOf(source), { recursive: true, force: true })
    else {
      if (source.route !== null) mkdirSync(dirname(pathOf(source)), { recursive: true })
      writeFileSync(pathOf(source), '')
    }
  }
}

/** What nginx has seen for this address: `all`, a route, or null. */
async function seenAt(path: string): Promise<string | null> {
  return (await fetch(`${front}${path}`, { method: 'HEAD' })).headers.get(NGINX_SAW)
}

describe('SH3 the switch files', () => {
  /** All 16 states of the global files with all 16 of each route's, the routes in different ones at the same time. */
  test('nginx, agent, console and the rule agree on every combination', async () => {
    const differing: unknown[] = []
    const tab = useHealthStore(createPinia())
    for (let mask = 0; mask < 256; mask += 1) {
      const sources = SWITCH_SOURCES.filter((source) => {
        const shift = NAVIGATION.findIndex(({ id }) => id === source.route) * 5
        const bits = source.route === null ? mask >> 4 : (mask + shift) & 15
        return ((bits >> bitOf(source)) & 1) === 1
      })
      put(sources)
      const rule = navigationState(sources.map((source) => ({ ...source, ...unexplained(null) })))
      const told = navigationView.parse(
        ((await (await read('admin/api/navigation')).json()) as { data: unknown }).data,
      )
      // As a tab hears it: whether it leaves (SH3), and which pages it shows as plain ones (SH5).
      const value = readHealth(await (await fetch(`${front}/health`)).json())
      tab.accept({ kind: 'live', value, readAt: Date.now() })
      const isClassic = (await (await page('/deep/link')).text()).includes('classic page')
      // With everything out of service all addresses are the same to nginx: another one each time.
      const asked = rule.engaged ? NAVIGATION.slice(mask % NAVIGATION.length).slice(0, 1) : NAVIGATION
      const seen = await Promise.all(asked.map(async ({ id, path }) => [id, await seenAt(path)] as const))
      const engagedAt = new Map<string, boolean>(rule.routes.map(({ id, engaged }) => [id, engaged]))
      const agree =
        told.engaged === rule.engaged &&
        isClassic === rule.engaged &&
        tab.isOutOfService === rule.engaged &&
        NAVIGATION.every(({ id }) => (rule.engaged || tab.routesOut.includes(id)) === engagedAt.get(id)) &&
        told.routes.every(({ id, engaged }) => engagedAt.get(id) === engaged) &&
        seen.every(([id, found]) => found === (rule.engaged ? 'all' : engagedAt.get(id) ? id : null))
      if (!agree) differing.push({ mask, seen, told: told.engaged, isClassic, out: tab.routesOut })
    }
    expect(differing).toEqual([])
  })

  test.each<[string, (path: string) => void, boolean]>([
    ['a corrupt one', (path) => writeFileSync(path, '{"rea'), true],
    ['a directory', (path) => mkdirSync(path), true],
    ['a link to something', (path) => symlinkSync('/etc/hostname', path), true],
    ['a link to nothing', (path) => symlinkSync('nowhere', path), false],
    ['a link to itself', (path) => symlinkSync('navigation.off', path), false],
  ])('%s means the same to nginx and agent', async (_what, make, engages) => {
    mkdirSync(place.runtimeDir, { recursive: true })
    make(join(place.runtimeDir, 'navigation.off'))
    expect(await seenAt('/audit')).toBe(engages ? 'all' : null)
    expect((await (await page('/audit')).text()).includes('classic page')).toBe(engages)
    const { files } = readSwitch({ state: place.stateDir, runtime: place.runtimeDir })
    expect(files).toHaveLength(engages ? 1 : 0)
  })

  test('an address without a route is not taken for the directory of all', async () => {
    put(SWITCH_SOURCES.filter(({ route }) => route === 'audit'))
    expect(await Promise.all(['/nowhere', '/', '/audit/', '/AUDIT?x=1'].map(seenAt))).toEqual([
      null,
      null,
      'audit',
      'audit',
    ])
  })

  test('the agent believes nginx, and nobody who only says so', async () => {
    const headers = { accept: 'text/html', [NGINX_SAW]: 'all' }
    expect(await (await fetch(`${front}/`, { headers })).text()).not.toContain('classic page')
    expect(await (await fetch(`http://127.0.0.1:${agentPort}/`, { headers })).text()).toContain(
      'classic page',
    )
  })
})

/** Which of the four files of its scope. */
function bitOf({ place: where, kind }: SwitchSource): number {
  return (where === 'state' ? 0 : 2) + (kind === 'hard' ? 0 : 1)
}

describe('what the agent answers', () => {
  test('comes through with its headers, once', async () => {
    for (const path of ['/', '/deep/link', '/classic', '/health/frontend-shell']) {
      const answer = await page(path)
      expect([path, answer.status]).toEqual([path, 200])
      const policy = answer.headers.get('content-security-policy') ?? ''
      expect(policy.match(/frame-ancestors/g)).toHaveLength(1)
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    }
    expect(await (await page('/')).text()).toContain('id="served-verdict"')
    expect((await page('/')).headers.get('cache-control')).toBe('no-store')
    const raw = await read('admin/api/raw/requests')
    expect(await raw.json()).toMatchObject({ success: true, data: { format: 'holdfast.raw/1' } })
  })

  test('an event is told at once, through no buffer', async () => {
    const stream = await read('admin/api/stream')
    const reader = (stream.body as ReadableStream<Uint8Array>).getReader()
    let heard = ''
    const hear = async (words: string) => {
      while (!heard.includes(words)) heard += Buffer.from((await reader.read()).value ?? []).toString()
    }
    await hear('event: navigation')
    put(SWITCH_SOURCES.slice(0, 1))
    await hear('"engaged":true')
    await reader.cancel()
  })

  test('SE4 another host name than the configured origin stops at the agent', async () => {
    const { port } = new URL(front)
    expect((await fetch(`http://localhost:${port}/livez`)).status).toBe(421)
  })

  test('SE5 what nginx hands on is not from this host, whatever Host it names', async () => {
    const { port } = new URL(front)
    expect((await fetch(`http://127.0.0.1:${agentPort}/metrics`)).status).toBe(200)
    for (const host of [`127.0.0.1:${agentPort}`, `127.0.0.1:${port}`]) {
      const { promise, resolve, reject } = Promise.withResolvers<number | undefined>()
      request({ host: '127.0.0.1', port, path: '/metrics', headers: { host }, agent: false }, (answer) => {
        answer.resume()
        resolve(answer.statusCode)
      })
        .on('error', reject)
        .end()
      expect(await promise).toBe(401)
    }
  })
})

describe('what nginx serves itself', () => {
  const entry = () =>
    /src="\.\/(assets\/[^"]+\.js)"/.exec(readFileSync(join(ROOT, 'dist/index.html'), 'utf8'))?.[1]

  test('SE8 carries the security headers of the agent: files, errors, what it could not even read', async () => {
    const { port } = new URL(front)
    const large = 'x'.repeat(70_000)
    const answers = [
      await page(`/${entry()}`),
      await page('/sw.js'),
      await page('/.holdfast/last-known'),
      await fetch(`${front}/admin/api/login`, { method: 'POST', body: large }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 404, 413])
    for (const { headers } of answers) expect(Object.fromEntries(headers)).toMatchObject(SECURITY_HEADERS)
    for (const answer of answers.slice(2)) {
      expect(answer.headers.get('content-type')).toBe('application/problem+json')
      expect(await answer.json()).toMatchObject({ success: false, status: answer.status })
    }
    const raw = await rawAnswer(Number(port), 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n')
    expect(raw).toContain('400 Bad Request')
    expect(raw.toLowerCase()).toContain("content-security-policy: default-src 'none'")
    expect(raw).toContain('urn:holdfast:problem:bad_request')
  })

  test.each(['gzip', 'br'])(
    'hashed files never change, and come as %s, made by the build',
    async (encoding) => {
      // The agent alone does the same.
      for (const base of [front, `http://127.0.0.1:${agentPort}`]) {
        const { headers, ...answer } = await whole(`${base}/${entry()}`, { 'accept-encoding': encoding })
        expect(headers.get('content-encoding')).toBe(encoding)
        expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
        expect(headers.get('content-type')).toMatch(/^(?:text|application)\/javascript/)
        expect(headers.get('vary')?.toLowerCase()).toBe('accept-encoding')
        expect(answer.text).toBe(readFileSync(join(ROOT, 'dist', entry() ?? ''), 'utf8'))
      }
    },
  )

  test('a missing file is no page and is not kept, and the worker that removes itself is never kept', async () => {
    const missing = await page('/assets/none-12345678.js')
    expect([missing.status, missing.headers.get('cache-control')]).toEqual([404, 'no-store'])
    expect((await page('/sw.js')).headers.get('cache-control')).toBe('no-store')
  })
})

test('IM1 beneath a path the same console finds its files, its API and its deep links', async () => {
  const at = (path: string) => page(path, beneath.front)
  expect((await fetch(`${beneath.front}/holdfast`, { redirect: 'manual' })).headers.get('location')).toBe(
    '/holdfast/',
  )
  const html = await (await at('/holdfast/deep/link')).text()
  expect(html).toContain('<base href="../">')
  const [, file = ''] = /src="\.\/(assets\/[^"]+)"/.exec(html) ?? []
  expect((await at(`/holdfast/${file}`)).headers.get('cache-control')).toContain('immutable')
  expect((await at('/holdfast/health/frontend-shell')).status).toBe(200)
  expect((await at('/holdfast/assets/none-12345678.js')).status).toBe(404)
  put(SWITCH_SOURCES.filter(({ route }) => route === 'audit'))
  expect((await at('/holdfast/audit')).headers.get(NGINX_SAW)).toBe('audit')
  put(SWITCH_SOURCES.slice(0, 1))
  expect(await (await at('/holdfast/audit')).text()).toContain('classic page')
  expect((await at('/')).status).toBe(404)
})

test('a file of the release that only the agent still runs is found there', async () => {
  const [, file = ''] = /src="\.\/(assets\/[^"]+)"/.exec(await (await page('/')).text()) ?? []
  const elsewhere = { console: place.directory }
  const switched = await startNginx({ place, port: spare, agentPort, layout: elsewhere })
  const answer = await page(`/${file}`, switched.front)
  await switched.stop()
  expect([answer.status, answer.headers.get('cache-control')]).toEqual([
    200,
    'public, max-age=31536000, immutable',
  ])
})

/** Last: from here on there is none. */
describe('SH3 without the agent', () => {
  const words = (html: string) => html.replaceAll(/<style[^]*<\/style>|<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ')
  const known = () => join(place.runtimeDir, PUBLIC_STATE_FILE)

  test('one that hangs is as good as dead, for a page', async () => {
    agent.process.kill('SIGSTOP')
    const answer = await page('/audit')
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
    expect(words(await answer.text())).toContain('The agent does not answer')
    agent.process.kill('SIGCONT')
    await until('it goes on', async () => (await page('/')).status === 200)
  })

  test('nginx alone shows the last that was known, with its time and the present one', async () => {
    const before = Date.now()
    agent.process.kill('SIGKILL')
    await agent.ended
    for (const path of ['/', '/audit', '/classic', '/classic/login', '/deep/link?x=1']) {
      const answer = await page(path)
      expect([path, answer.status, answer.headers.get('cache-control')]).toEqual([path, 503, 'no-store'])
      const html = await answer.text()
      const [, nonce = 'none'] = /<style nonce="([0-9a-f]{32})">/.exec(html) ?? []
      const policy = policyWithStyle(`nonce-${nonce}`)
      const headers = { ...SECURITY_HEADERS, 'content-security-policy': policy }
      expect(Object.fromEntries(answer.headers)).toMatchObject(headers)
      expect(html).not.toMatch(/<script|<!--#|error occurred/)
      expect(Buffer.byteLength(html)).toBeLessThan(30 * 1024)
      const text = words(html)
      expect(text).toContain('Unhealthy: The target does not answer')
      const [at, now] = [...text.matchAll(/(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) UTC/g)].map(([, time]) =>
        Date.parse(`${time}Z`),
      )
      expect(now).toBeGreaterThanOrEqual(at ?? Infinity)
      expect(now).toBeGreaterThanOrEqual(Math.floor(before / 1000) * 1000)
      // It is written every 2 s; the rest is a busy host.
      expect((now ?? 0) - (at ?? 0)).toBeLessThan(60_000)
    }
  })

  test('and the switch as it is now, whoever has set it', async () => {
    expect(words(await (await page('/')).text())).not.toContain('kill switch.')
    put(SWITCH_SOURCES.filter(({ route }) => route === 'audit'))
    expect(words(await (await page('/audit')).text())).toContain(
      'This page of the console (audit) is out of service',
    )
    put(SWITCH_SOURCES.slice(0, 1))
    expect(words(await (await page('/audit')).text())).toContain('The console is out of service.')
  })

  test('the API says so as a problem, and the files of the console stay', async () => {
    for (const path of ['/health', '/admin/api/session', '/livez']) {
      const answer = await fetch(`${front}${path}`)
      expect([path, answer.status]).toEqual([path, 502])
      expect(await answer.json()).toMatchObject({ success: false, error: { code: 'agent_unreachable' } })
      expect(Object.fromEntries(answer.headers)).toMatchObject(SECURITY_HEADERS)
    }
    expect((await page('/assets/none-12345678.js')).status).toBe(502)
    expect((await page('/sw.js')).status).toBe(200)
  })

  test('beneath a path as well', async () => {
    const answer = await page('/holdfast/audit', beneath.front)
    expect([answer.status, words(await answer.text())]).toEqual([
      503,
      expect.stringContaining('Unhealthy: The target does not answer'),
    ])
  })

  test.each<[string, () => void]>([
    ['nothing', () => undefined],
    ['half a file', () => writeFileSync(known(), '2026-11-27 01:00:00 UTC\nHealthy\nAll')],
    ['a link, though it leads to a good one', () => symlinkSync(`${known()}.good`, known())],
    ['a directory', () => mkdirSync(known())],
  ])('%s where the last word should be is said to be nothing', async (_what, make) => {
    writeFileSync(`${known()}.good`, 'secret\n'.repeat(6))
    if (!existsSync(`${known()}.agent`)) renameSync(known(), `${known()}.agent`)
    rmSync(known(), { recursive: true, force: true })
    make()
    const text = words(await (await page('/')).text())
    rmSync(known(), { recursive: true, force: true })
    expect(text).toContain('Nothing is known')
    expect(text).not.toContain('secret')
  })

  test.runIf(process.getuid?.() === 0)(
    'SD2 an account of its own sees all that it needs in directories that are closed to it',
    async () => {
      renameSync(`${known()}.agent`, known())
      chmodSync(place.directory, 0o711)
      chmodSync(place.runtimeDir, 0o770)
      chmodSync(place.stateDir, 0o750)
      const access = join(place.directory, 'access.conf')
      writeFileSync(access, nginxAccess(contractOf(place)))
      execFileSync('systemd-tmpfiles', ['--create', access])
      const engaged = asUnit('killswitch engage --route audit --reason x', place.env)
      expect(await engaged.ended).toBe(0)

      const closed = await startNginx({ place, port: spare, agentPort, user: 'www-data' })
      const answer = await page('/audit', closed.front)
      await closed.stop()
      expect(answer.headers.get(NGINX_SAW)).toBe('audit')
      expect(words(await answer.text())).toContain('Unhealthy: The target does not answer')
      for (const program of [
        ['ls', place.runtimeDir],
        ['ls', place.stateDir],
        ['touch', join(place.runtimeDir, 'x')],
      ]) {
        const asNginx = ['--reuid=www-data', '--regid=www-data', '--clear-groups', ...program]
        expect(() => execFileSync('setpriv', asNginx, { stdio: 'pipe' })).toThrow('Permission denied')
      }
    },
  )

  test.runIf(mayMount).each<[string, 'state' | 'runtime', string]>([
    ['a state directory that is full', 'state', 'dd if=/dev/zero of="$D/full" 2>/dev/null; '],
    ['a read-only state directory', 'state', 'mount -o remount,ro "$D" && '],
    ['a full runtime directory', 'runtime', 'dd if=/dev/zero of="$D/full" 2>/dev/null; '],
    ['a read-only runtime directory', 'runtime', 'mount -o remount,ro "$D" && '],
  ])('%s does not keep the command from engaging in the other one', async (_what, broken, how) => {
    const directory = broken === 'state' ? place.stateDir : place.runtimeDir
    const env = Object.entries(place.env).map(([name, value]) => `${name}=${value}`)
    const engage = `${process.execPath} ${AGENT_PROGRAM} killswitch engage --reason x --json >&2`
    const afterMounts =
      `D=${directory}; mount -t tmpfs -o size=8k none "$D" && ${how}` +
      `export ${env.join(' ')} NODE_COMPILE_CACHE= && ${engage}`
    const alone = await startNginx({ place, port: spare, agentPort, afterMounts })
    const answer = await page('/', alone.front)
    await alone.stop()
    expect(answer.headers.get(NGINX_SAW)).toBe('all')
    expect(alone.log()).toContain(`"place": "${broken === 'state' ? 'runtime' : 'state'}"`)
  })

  test('what somebody else has written there is text', async () => {
    writeFileSync(known(), `<b>now</b>\n"x"\n<!--# echo var="host" -->\n$host\nb\nc\n`)
    const html = await (await page('/')).text()
    expect(html).toContain('&lt;b&gt;now&lt;/b&gt;')
    expect(html).toContain('&lt;!--# echo var=&quot;host&quot; --&gt;')
    expect(html).toContain('$host')
  })
})

async function whole(
  url: string,
  headers: Record<string, string>,
): Promise<{ headers: Headers; text: string }> {
  const answer = await fetch(url, { headers })
  return { headers: answer.headers, text: await answer.text() }
}

/** With the UMask= of the units: what it makes is its own group's and nobody else's. */
function asUnit(command: string, env: Record<string, string>): Run {
  return run(['-c', `umask 0027; exec ${process.execPath} ${AGENT_PROGRAM} ${command}`], env, 'sh')
}

async function rawAnswer(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.end(text)
  let answer = ''
  for await (const chunk of socket) answer += String(chunk)
  return answer
}
