/** The agent as it ships, in a process of its own, and whoever means it ill: over the wire, byte by byte where it matters. */
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import type { Role } from '#domain/access/roles.ts'
import { AGENT_PROGRAM, holdfast, ROOT, run, scratch, type Run } from '../../support/holdfast.ts'
import { until } from '../../support/until.ts'

export interface Answer {
  readonly status: number
  /** Names in small letters. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Everything that came over the connection. */
  readonly text: string
}

export interface Signed {
  readonly cookie: string
  readonly 'x-csrf-token': string
}

const PASSWORDS = { viewer: 'a viewer of this run', operator: 'an operator of this run' } as const
const ADMIN_PASSWORD = 'an admin of this run'
/** Whatever is asked, an answer has come by then, or never will. */
const ANSWER_MS = 20_000

export class Besieged {
  readonly place = scratch()
  agent!: Run
  port = 0
  tokens!: Readonly<Record<Role, string>>
  #env: Record<string, string> = {}

  async start(env: Record<string, string> = {}): Promise<void> {
    this.#env = { ...this.place.env, ...env }
    const file = join(this.place.directory, 'admin-password')
    writeFileSync(file, `${ADMIN_PASSWORD}\n`, { mode: 0o600 })
    this.agent = run([AGENT_PROGRAM, 'serve'], {
      ...this.#env,
      HOLDFAST_STATSD_PORT: '0',
      HOLDFAST_ADMIN_PASSWORD_FILE: file,
    })
    const line = await until(
      `the agent listens; ${this.agent.stderr()}`,
      () => /\{.*statsd_port.*\}/.exec(this.agent.stderr())?.[0],
    )
    this.port = Number(new URL((JSON.parse(line) as { url: string }).url).port)
    this.tokens = {
      viewer: await this.#token('viewer'),
      operator: await this.#token('operator'),
      admin: await this.#token('admin'),
    }
  }

  async stop(): Promise<void> {
    this.agent.process.kill('SIGTERM')
    await this.agent.ended
    this.place.remove()
  }

  get host(): string {
    return `127.0.0.1:${this.port}`
  }

  /** One request with exactly these headers; the Host is right unless it is named. */
  ask(
    method: string,
    target: string,
    headers: Record<string, string> = {},
    body: string | null = null,
  ): Promise<Answer> {
    const given = Object.entries({ host: this.host, ...headers })
    const length = body === null ? [] : [`content-length: ${Buffer.byteLength(body)}`]
    const lines = [...given.map(([name, value]) => `${name}: ${value}`), ...length, 'connection: close']
    return this.send(`${method} ${target} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body ?? ''}`)
  }

  json(path: string, headers: Record<string, string>, body: unknown = {}): Promise<Answer> {
    return this.ask('POST', path, { 'content-type': 'application/json', ...headers }, JSON.stringify(body))
  }

  /** Whatever bytes; what comes back until the other side ends it. */
  send(bytes: string | Buffer): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    const line = connect(this.port, '127.0.0.1')
    const parts: Buffer[] = []
    const said = () => Buffer.concat(parts).toString()
    line.setTimeout(ANSWER_MS, () => line.destroy(new Error(`no answer within ${ANSWER_MS} ms`)))
    line.on('data', (part: Buffer) => parts.push(part))
    // A server that has refused may close while we still write.
    line.on('error', (error) => (parts.length === 0 ? reject(error) : resolve(answerOf(said()))))
    line.on('close', () => resolve(answerOf(said())))
    line.write(bytes)
    return promise
  }

  bearer(role: Role): Record<string, string> {
    return { authorization: `Bearer ${this.tokens[role]}` }
  }

  async signIn(username = 'admin', password: string = ADMIN_PASSWORD): Promise<Signed> {
    const { headers, body } = await this.json('/admin/api/login', {}, { username, password })
    const { data } = JSON.parse(body) as { data: { csrf_token: string } }
    return { cookie: headers['set-cookie']?.split(';')[0] ?? '', 'x-csrf-token': data.csrf_token }
  }

  async signInAs(role: 'viewer' | 'operator'): Promise<Signed> {
    await this.command(['user', 'add', role, '--role', role], PASSWORDS[role])
    return this.signIn(role, PASSWORDS[role])
  }

  /** A command of the host; what it is told on standard input, it may keep. */
  command(args: readonly string[], input = ''): Promise<{ code: number | null; said: string }> {
    const { promise, resolve } = Promise.withResolvers<{ code: number | null; said: string }>()
    const env = { ...process.env, ...this.#env }
    const child = spawn(process.execPath, ['tools/holdfast.mjs', ...args], { cwd: ROOT, env })
    let said = ''
    for (const out of [child.stdout, child.stderr]) out.on('data', (part) => (said += String(part)))
    child.on('close', (code) => resolve({ code, said }))
    child.stdin.end(input)
    return promise
  }

  async #token(role: Role): Promise<string> {
    const args = ['token', 'create', role, '--role', role, '--json']
    const { stdout, stderr } = await holdfast(args, this.#env)
    if (stdout === '') throw new Error(`no token: ${stderr}`)
    return (JSON.parse(stdout) as { token: string }).token
  }
}

function answerOf(text: string): Answer {
  const end = text.indexOf('\r\n\r\n')
  const [first = '', ...lines] = (end < 0 ? text : text.slice(0, end)).split('\r\n')
  const headers = lines.map((line) => [
    line.slice(0, line.indexOf(':')).toLowerCase(),
    line.slice(line.indexOf(':') + 1).trim(),
  ])
  return {
    status: Number(first.split(' ')[1] ?? 0),
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: end < 0 ? '' : text.slice(end + 4),
    text,
  }
}
