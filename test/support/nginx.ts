/** A real nginx with the configuration as it is rendered for a deployment, in directories of the test. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lastResortPage, LAST_RESORT_PAGE } from '#domain/contract/last-resort-page.ts'
import { nginxLayout, nginxServer, nginxSubPath, type NginxLayout } from '#domain/contract/nginx.ts'
import type { RuntimeContract } from '#domain/schemas/runtime-contract.ts'
import shipped from '../../deploy/runtime-contract.json' with { type: 'json' }
import { ROOT, type Scratch } from './holdfast.ts'
import { until } from './until.ts'

export interface NginxPlace {
  readonly place: Scratch
  readonly port: number
  readonly agentPort: number
  readonly layout?: Partial<NginxLayout>
  /** With the module for Brotli, as Debian has it. */
  readonly brotli?: boolean
  /** Of its workers, where it is started by root. */
  readonly user?: string
  /** Shell commands before it, in a mount namespace that is theirs and its own. */
  readonly afterMounts?: string
}

export interface Nginx {
  readonly process: ChildProcess
  /** Where it is reached, without the slash at the end. */
  readonly front: string
  /** What it has complained of. */
  log(): string
  stop(): Promise<void>
}

const BROTLI_MODULE = '/usr/lib/nginx/modules/ngx_http_brotli_static_module.so'

export async function startNginx({
  place,
  port,
  agentPort,
  layout = {},
  brotli = false,
  user = 'root',
  afterMounts,
}: NginxPlace): Promise<Nginx> {
  const directory = mkdtempSync(join(place.directory, 'nginx-'))
  // Of workers with another account, too.
  chmodSync(directory, 0o755)
  const pages = join(directory, 'pages')
  mkdirSync(pages, { recursive: true })
  const contract = contractOf(place)
  const whole: NginxLayout = {
    ...nginxLayout(contract),
    listen: `127.0.0.1:${port}`,
    agent: `127.0.0.1:${agentPort}`,
    console: join(ROOT, 'dist'),
    pages,
    ...layout,
  }
  writeFileSync(join(pages, LAST_RESORT_PAGE), lastResortPage(contract))
  if (brotli) writeFileSync(join(pages, 'brotli.conf'), 'brotli_static on;')
  const head = brotli ? `load_module ${BROTLI_MODULE};` : ''
  const server =
    whole.prefix === '/'
      ? nginxServer(contract, whole)
      : `server { listen ${whole.listen}; ${nginxSubPath(contract, whole)} }`
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${directory}/${name};`,
  )
  // Started by root it would be nobody, to whom a directory of the test is closed.
  const userLine = process.getuid?.() === 0 ? `user ${user};` : ''
  const file = join(directory, 'nginx.conf')
  writeFileSync(
    file,
    `${head} ${userLine} daemon off; worker_processes 1; pid ${directory}/nginx.pid; error_log stderr warn;
    events {} http { access_log off; ${temporary.join(' ')}
${server} }`,
  )
  const command = ['/usr/sbin/nginx', '-p', directory, '-c', file, '-e', 'stderr']
  const [program = '', ...args] =
    afterMounts === undefined ? command : inOwnMounts(`${afterMounts} && exec ${command.join(' ')}`)
  const child = spawn(program, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const front = `http://127.0.0.1:${port}`
  await until(`nginx answers; ${said}`, async () => {
    if (child.exitCode !== null) throw new Error(said)
    return (await fetch(`${front}${whole.prefix}livez`).catch(() => null)) !== null
  })
  return {
    process: child,
    front,
    log: () => said,
    stop: async () => {
      child.kill('SIGTERM')
      if (child.exitCode === null) await once(child, 'exit')
    },
  }
}

const OWN_MOUNTS = ['unshare', '--user', '--map-root-user', '--mount']

/** As root of a namespace of its own. */
export function inOwnMounts(script: string): string[] {
  return [...OWN_MOUNTS, 'sh', '-c', script]
}

export function contractOf({ stateDir, runtimeDir }: Scratch): RuntimeContract {
  const contract = shipped as RuntimeContract
  return { ...contract, paths: { ...contract.paths, state_dir: stateDir, runtime_dir: runtimeDir } }
}
