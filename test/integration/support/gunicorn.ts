/** A real gunicorn with an application of the test's own, in a directory of its own; ended by pid. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { processesMentioning, workersOf } from './processes.ts'
import { waitFor } from './wait.ts'

export const HAS_GUNICORN = existsSync('/usr/bin/gunicorn')

const GOOD_APP = `
import sys
print('application loaded', file=sys.stderr, flush=True)
def app(environ, start_response):
    start_response('200 OK', [('Content-Type', 'text/plain')])
    return [b'hello']
`

export interface StartOptions {
  uid?: number
  gid?: number
  env?: Record<string, string>
  /** A program that starts it, as setpriv. */
  through?: readonly string[]
  /** How often its application is loaded: once in all where its master does it. */
  loads?: number
}

export class Gunicorn {
  readonly directory = mkdtempSync(join(tmpdir(), 'holdfast-gunicorn-'))
  readonly pidFile = join(this.directory, 'gunicorn.pid')
  #child: ChildProcess | null = null
  log = ''

  constructor() {
    this.restoreApp()
  }

  writeApp(text: string): void {
    writeFileSync(join(this.directory, 'service.py'), text)
  }

  restoreApp(): void {
    this.writeApp(GOOD_APP)
  }

  /** Until both workers have loaded the application: what is written over it later is not for them. A socket of its own instead of a port: nothing to collide with. */
  async start(
    more: readonly string[] = [],
    { env = {}, through = [], loads = 2, ...options }: StartOptions = {},
  ): Promise<number> {
    if (options.uid !== undefined) chownSync(this.directory, options.uid, options.gid ?? options.uid)
    const args = ['--pid', this.pidFile, '--bind', `unix:${this.directory}/socket`, '--workers', '2']
    this.log = ''
    const [file = '', ...words] = [...through, '/usr/bin/gunicorn', ...args, ...more, 'service:app']
    const child = spawn(file, words, {
      cwd: this.directory,
      env: {
        PATH: '/usr/bin:/bin',
        PYTHONDONTWRITEBYTECODE: '1',
        HOLDFAST_TEST_MARK: this.directory,
        ...env,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
      ...options,
    })
    this.#child = child
    child.stderr.on('data', (chunk: Buffer) => (this.log += chunk.toString()))
    await waitFor('two workers', () => this.log.match(/application loaded/g)?.length === loads)
    await waitFor('both of them', () => this.log.match(/Booting worker/g)?.length === 2)
    return this.masterPid
  }

  get masterPid(): number {
    return Number(readFileSync(this.pidFile, 'utf8'))
  }

  get workers(): number[] {
    return workersOf(this.masterPid)
  }

  /** Its status for one request, over its own socket. */
  answer(): Promise<number | undefined> {
    const socketPath = join(this.directory, 'socket')
    return new Promise((resolve, reject) => {
      const sent = request({ socketPath, path: '/', agent: false }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
      sent.on('error', reject)
      sent.end()
    })
  }

  /** Ends it and whatever a failed test left of it. */
  async stop(): Promise<void> {
    if (this.#child !== null && this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill('SIGKILL')
      await once(this.#child, 'exit')
    }
    await waitFor('no process of this gunicorn', () => {
      const left = processesMentioning(this.directory)
      for (const { pid } of left) killQuietly(pid)
      return left.length === 0
    })
    rmSync(this.directory, { recursive: true, force: true })
  }
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended by itself.
  }
}
