/**
 * The files of both images, put together from their lists and run as a container engine would run them: read-only, as a
 * numeric user without rights, with no environment but their own (IM1). nginx is the host's, in place of the base's.
 */
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { assemble, type Assembled } from '#agent/image/assemble.ts'
import { freeTcpPort } from '#agent/start/free-port.ts'
import { IMAGES, type ImageName } from '#domain/image/images.ts'
import { imageReport } from '#domain/image/report.ts'
import { commandsOf, runInImage, type ImageGround, type ImageRun } from '../../tools/image-root.ts'
import { AGENT_PROGRAM, holdfast, ROOT } from '../support/holdfast.ts'
import { until } from '../support/until.ts'
import { Watched } from './support/watched.ts'

/** What the contract of the images promises. */
const STOP_LIMIT_MS = 5000

const directory = mkdtempSync(join(tmpdir(), 'holdfast-images-'))
const runs: ImageRun[] = []
const sets = {} as Record<ImageName, Assembled>
let backendPort: number
let frontendPort: number
let agent: ImageRun

const ground = (name: ImageName, volumes = 'volumes'): ImageGround => ({
  image: IMAGES[name],
  root: join(directory, name),
  volumes: join(directory, volumes),
  baseFiles: name === 'frontend' ? ['/usr/sbin/nginx', '/etc/nginx/mime.types'] : [],
})
const commands = (name: ImageName) => commandsOf(readFileSync(join(ROOT, IMAGES[name].dockerfile), 'utf8'))

function start(where: ImageGround, command: readonly string[], env: Record<string, string> = {}): ImageRun {
  const run = runInImage(where, command, env)
  runs.push(run)
  return run
}

const agentEnvironment = () => ({
  HOLDFAST_PORT: String(backendPort),
  HOLDFAST_STATSD_PORT: '0',
  HOLDFAST_PUBLIC_ORIGINS: `http://127.0.0.1:${frontendPort}`,
  HOLDFAST_TARGET_HEALTH_URL: 'http://127.0.0.1:9/health',
})
const statusOf = (url: string) =>
  fetch(url).then(
    ({ status }) => status,
    () => null,
  )

beforeAll(async () => {
  for (const name of ['backend', 'frontend'] as const)
    sets[name] = assemble(IMAGES[name], ROOT, join(directory, name))
  backendPort = await freeTcpPort()
  frontendPort = await freeTcpPort()
  const file = join(directory, 'frontend/etc/holdfast/nginx/holdfast.conf')
  for (const conf of [file, join(directory, 'frontend/etc/nginx/nginx.conf')]) {
    const text = readFileSync(conf, 'utf8').replaceAll('127.0.0.1:8787', `127.0.0.1:${backendPort}`)
    writeFileSync(conf, text.replaceAll('listen 8780;', `listen 127.0.0.1:${frontendPort};`))
  }
  agent = start(ground('backend'), commands('backend').start, agentEnvironment())
  await until(
    'the agent is alive',
    async () => (await statusOf(`http://127.0.0.1:${backendPort}/livez`)) === 200,
  ).catch((cause: unknown) => {
    throw new Error(`it does not start: ${agent.said()}`, { cause })
  })
})

afterAll(async () => {
  for (const { process: child, ended } of runs) {
    child.kill('SIGKILL')
    await ended
  }
  rmSync(directory, { recursive: true, force: true })
})

test('IM1 each image’s files stay within their limit, beside the runtime', () => {
  for (const name of ['backend', 'frontend'] as const) {
    expect(sets[name].files, name).toBeGreaterThan(40)
    expect(sets[name].bytes, name).toBeLessThanOrEqual(IMAGES[name].bytesLimit)
  }
  expect(IMAGES).toMatchObject({
    backend: { bytesLimit: 40 * 1024 ** 2 },
    frontend: { bytesLimit: 3 * 1024 ** 2 },
  })
})

test('IM3 holdfast image check passes both images of the project, and tells what was put into one', async () => {
  const own = await holdfast(['image', 'check', '--json'])
  const report = z.parse(imageReport, JSON.parse(own.stdout))
  expect({ code: own.code, ...report }).toMatchObject({ code: 0, ok: true, findings: [] })
  expect(report.checked.map(({ kind }) => kind)).toEqual(['dockerfile', 'file_set', 'dockerfile', 'file_set'])

  const planted = join(directory, 'planted')
  mkdirSync(join(planted, 'usr/bin'), { recursive: true })
  writeFileSync(join(planted, 'usr/bin/gcc'), '\x7fELF', { mode: 0o755 })
  const plain = join(planted, 'Dockerfile')
  writeFileSync(plain, 'FROM node:24\nUSER root\n')
  const args = ['--dockerfile', join(ROOT, IMAGES.backend.dockerfile), plain, '--rootfs', planted]
  const told = await holdfast(['image', 'check', ...args])
  expect(told.code).toBe(4)
  expect(told.stdout).toMatch(/^compiler: \/usr\/bin\/gcc\n {2}found {2}.+\n {2}mend {3}.+$/m)
  expect(told.stdout).toContain(`user_root: ${plain}:2`)
  expect(told.stdout).not.toMatch(/backend\.Dockerfile:\d/)
})

test('IM3 what image check is asked wrongly is told with exit code 2', async () => {
  for (const [args, words] of [
    [['--rootfs', '/', '--tar', 'x'], 'either --rootfs or --tar'],
    [['--tar', '/nowhere.tar'], '/nowhere.tar cannot be read'],
    [['--dockerfile'], '--dockerfile needs a value'],
  ] as const) {
    const { code, stderr } = await holdfast(['image', 'check', ...args])
    expect(code).toBe(2)
    expect(stderr).toContain(words)
  }
})

describe('the backend image', () => {
  test('IM1 runs as a numeric user without rights, on a root that it cannot write to', async () => {
    const status = readFileSync(`/proc/${agent.process.pid}/status`, 'utf8')
    expect(status).toMatch(/^Uid:\t10001\t10001\t10001\t10001$/m)
    expect(status).toMatch(/^CapEff:\t0+$/m)
    expect(status).toMatch(/^NoNewPrivs:\t1$/m)
    const [node = ''] = commands('backend').start
    const writes = start(ground('backend'), [
      node,
      '-e',
      "for (const p of ['/x', '/opt/holdfast/current/x', '/etc/x']) try { fs.writeFileSync(p, '') } catch ({ code }) { console.log(code) }; fs.writeFileSync('/tmp/x', ''); fs.writeFileSync('/var/lib/holdfast/x', '')",
    ])
    expect(await writes.ended).toBe(0)
    expect(writes.said().trim().split('\n')).toEqual(['EROFS', 'EROFS', 'ENOENT'])
  })

  test('IM1 its health check needs nothing but its own runtime, and fails where nobody answers', async () => {
    const asked = (port: number) =>
      start(ground('backend'), commands('backend').health, { HOLDFAST_PORT: String(port) })
    expect(await asked(backendPort).ended).toBe(0)
    const free = await freeTcpPort()
    const failed = asked(free)
    expect(await failed.ended).toBe(1)
    expect(failed.said()).toContain(`does not answer on port ${free}`)
  })

  test('IM1 an environment that is not valid ends it at once, by the name of the variable, with nothing left behind', async () => {
    const env = { ...agentEnvironment(), HOLDFAST_PORT: 'eighty', WORKER_RESTART_COOLDOWN: '-1' }
    const run = start(ground('backend', 'unused'), commands('backend').start, env)
    expect(await run.ended).toBe(2)
    expect(run.said()).toContain('HOLDFAST_PORT: expected')
    expect(run.said()).toContain('WORKER_RESTART_COOLDOWN: expected')
    expect(existsSync(join(directory, 'unused/run/holdfast/agent.sock'))).toBe(false)
  })

  test('IM1 another major of Node is refused, by name and by what is needed', () => {
    const other = "data:text/javascript,Object.defineProperty(process.versions,'node',{value:'22.1.0'})"
    const run = spawnSync(process.execPath, ['--import', other, AGENT_PROGRAM, 'serve'], { encoding: 'utf8' })
    expect(run.status).toBe(1)
    expect(run.stderr).toMatch(/it needs Node 24 \(made with 24\.\d+\.\d+\), and this is 22\.1\.0/)
  })
})

describe('the frontend image, in front of the other', () => {
  const front = (path: string) => `http://127.0.0.1:${frontendPort}${path}`
  let nginx: ImageRun

  beforeAll(async () => {
    nginx = start(ground('frontend'), commands('frontend').start)
    await until(`nginx answers: ${nginx.said()}`, async () => (await healthAnswer()) === 200)
  })

  /** As its health check asks. */
  function healthAnswer(): Promise<number | null> {
    const words = commands('frontend').health
    const [, host = ''] = /^Host: (.+)$/.exec(words.find((word) => word.startsWith('Host: ')) ?? '') ?? []
    return new Promise((resolve) => {
      request(
        { host: '127.0.0.1', port: frontendPort, path: '/', headers: { host }, agent: false },
        (answer) => {
          answer.resume()
          resolve(answer.statusCode ?? null)
        },
      )
        .on('error', () => resolve(null))
        .end()
    })
  }

  test('IM1 the console with its files, the API, health and the classic page come through it', async () => {
    const page = await (await fetch(front('/'))).text()
    const script = /<script[^>]+src="\.?\/?(assets\/[^"]+)"/.exec(page)?.[1] ?? ''
    const asset = await fetch(front(`/${script}`))
    expect(asset.status).toBe(200)
    const shipped = readFileSync(join(directory, 'frontend/opt/holdfast/current/dist', script), 'utf8')
    expect(await asset.text()).toBe(shipped)
    const statuses = await Promise.all(
      ['/health/frontend-shell', '/classic', '/admin/api/session'].map((path) => statusOf(front(path))),
    )
    expect(statuses).toEqual([200, 200, 401])
  })

  test('IM1 both stop on SIGTERM in time; nginx is well by itself, since that is what its health check asks', async () => {
    for (const run of [agent, nginx]) {
      const from = performance.now()
      run.process.kill('SIGTERM')
      expect(await run.ended, run.said()).toBe(0)
      expect(performance.now() - from).toBeLessThan(STOP_LIMIT_MS)
      if (run === agent) expect(await healthAnswer()).toBe(200)
    }
  })
})

describe('the watchdog of the backend image', () => {
  const target = new Watched()
  const program = () => join(directory, 'backend/opt/holdfast/current/build/agent/holdfast.js')
  const env = () => ({
    PATH: process.env['PATH'],
    HOLDFAST_CONTRACT_FILE: join(target.directory, 'contract.json'),
  })

  beforeAll(async () => void (await target.startTarget()))
  afterAll(() => target.close())

  const refusal = (through: readonly string[] = []) => {
    const [file = '', ...args] = [...through, process.execPath, program(), 'watchdog']
    const { status, stderr } = spawnSync(file, args, { env: env(), encoding: 'utf8', timeout: 30_000 })
    return { status, stderr }
  }

  test('IM1 starts beside its target', async () => {
    const run = spawnWatchdog()
    await until('it watches', () => run.said().includes('the watchdog watches'))
    run.child.kill('SIGTERM')
    expect(await run.ended).toBe(0)
  })

  function spawnWatchdog() {
    const child = target.startWatchdog({}, [], program())
    return {
      child,
      said: () => target.watchdogLog,
      ended: once(child, 'exit').then(([code]) => code as number),
    }
  }

  test.each([
    [
      'in another PID namespace',
      ['unshare', '--pid', '--fork', '--mount-proc'],
      /process \d+ is not among the processes seen here/,
    ],
    [
      'with another file in place of gunicorn',
      ['unshare', '--mount', 'sh', '-c', 'mount --bind /bin/true /usr/bin/gunicorn && exec "$@"', 'sh'],
      /\/usr\/bin\/gunicorn is another file here/,
    ],
    [
      'without the target’s directory',
      [
        'unshare',
        '--mount',
        'sh',
        '-c',
        `mount -t tmpfs none "$(dirname "$HOLDFAST_CONTRACT_FILE")/run" && exec "$@"`,
        'sh',
      ],
      /pid file .* is not here/,
    ],
  ])('IM1 refuses %s', (_, through, words) => {
    const { status, stderr } = refusal(through)
    expect(stderr).toMatch(words)
    expect(status).toBe(1)
  })

  test('IM1 refuses another interpreter than the target’s', () => {
    const file = join(target.directory, 'contract.json')
    const before = readFileSync(file, 'utf8')
    writeFileSync(file, before.replace('"/usr/bin/python3"', JSON.stringify(process.execPath)))
    const { status, stderr } = refusal()
    writeFileSync(file, before)
    expect(stderr).toContain(`the target runs another interpreter than ${process.execPath}`)
    expect(status).toBe(1)
  })
})
