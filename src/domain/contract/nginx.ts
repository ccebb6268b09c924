/**
 * nginx in front of the agent (ADR 0026): it serves the console's hashed files, hands everything else to the agent, and
 * when that does not answer shows what was last known. Each document comes from the agent, since it carries the verdict.
 */
import { NGINX_SAW } from '../navigation/addresses.ts'
import type { RuntimeContract } from '../schemas/runtime-contract.ts'
import { codeDir } from './deployment.ts'
import { lastResortLocations } from './nginx-last-resort.ts'
import { errorPages, inside, ownHeaders, problemLocations } from './nginx-own-answers.ts'
import { OUT, switchLines } from './nginx-switch.ts'
import { block, quoted } from './nginx-text.ts'

export const nginxServerFile = 'deploy/nginx/holdfast.conf'
export const nginxSubPathFile = 'deploy/nginx/holdfast-sub-path.conf'

/** What a deployment has that the contract does not name. */
export interface NginxLayout {
  readonly listen: string
  /** host:port of the agent. */
  readonly agent: string
  /** Where the built console lies. */
  readonly console: string
  /** Where the last-resort page is installed. */
  readonly pages: string
  /** With a slash at both ends. */
  readonly prefix: string
}

export const NGINX_DIRECTORY = '/etc/holdfast/nginx'

export function nginxLayout(contract: Pick<RuntimeContract, 'code_dir'>): NginxLayout {
  return {
    listen: '127.0.0.1:8780',
    agent: '127.0.0.1:8787',
    console: `${codeDir(contract)}/dist`,
    pages: NGINX_DIRECTORY,
    prefix: '/',
  }
}

/** A server of its own, to be included in an http block. */
export function nginxServer(contract: RuntimeContract, layout: NginxLayout = nginxLayout(contract)): string {
  return textOf(contract, [
    '# One server, to be included in an http block. The origin that people use must be in HOLDFAST_PUBLIC_ORIGINS: the',
    '# agent answers to no other host name.',
    ...block('server', [
      `listen ${layout.listen};`,
      'server_name _;',
      'server_tokens off;',
      '# On what nginx answers before it has found a place for it.',
      ...ownHeaders(),
      ...errorPages(layout.prefix),
      '',
      ...partsOf(contract, layout),
    ]),
  ])
}

/** Beneath a path of a server that is there already, to be included in its server block. */
export function nginxSubPath(
  contract: RuntimeContract,
  layout: NginxLayout = { ...nginxLayout(contract), prefix: '/holdfast/' },
): string {
  const { prefix } = layout
  return textOf(contract, [
    `# The console beneath ${prefix}, to be included in the server block of the site. The origin of the site must be in`,
    '# HOLDFAST_PUBLIC_ORIGINS: the agent answers to no other host name.',
    ...block(`location = ${prefix.slice(0, -1)}`, [
      'absolute_redirect off;',
      ...ownHeaders(),
      `return 308 ${prefix};`,
    ]),
    '',
    ...partsOf(contract, layout),
  ])
}

function textOf({ version }: RuntimeContract, lines: readonly string[]): string {
  return [`# Rendered from the runtime contract, version ${version}; do not edit.`, ...lines, ''].join('\n')
}

function partsOf(contract: RuntimeContract, layout: NginxLayout): string[] {
  const { prefix } = layout
  return [
    ...switchLines(contract, prefix),
    '',
    '# What stands here first is taken over by each place within.',
    ...block(`location ^~ ${prefix}`, [
      ...handingOn(),
      'recursive_error_pages on;',
      ...errorPages(prefix),
      '',
      ...pagesOf(layout),
      '',
      ...filesOf(layout),
      '',
      ...endpointsOf(layout),
      '',
      ...lastResortLocations(contract, layout),
      '',
      ...problemLocations(prefix),
    ]),
  ]
}

function handingOn(): string[] {
  return [
    'proxy_http_version 1.1;',
    'proxy_set_header Connection "";',
    'proxy_set_header Host $http_host;',
    '# By it the agent knows that whoever asks is not on this host, whatever Host says.',
    'proxy_set_header X-Forwarded-For $remote_addr;',
    '# What nginx itself has seen of the kill switch. Of people it says nothing, and nobody may in its name.',
    `proxy_set_header ${NGINX_SAW} ${OUT};`,
    ...['Proxy-Secret', 'User', 'Role'].map((name) => `proxy_set_header X-Holdfast-${name} "";`),
    'proxy_connect_timeout 2s;',
    'proxy_read_timeout 30s;',
    '# What has begun at the agent is not begun again; a live answer does not wait in a buffer.',
    'proxy_next_upstream off;',
    'proxy_buffering off;',
    'client_max_body_size 64k;',
    'gzip off;',
    '# The security headers are the agent’s: this one stands in place of those that nginx adds to its own answers.',
    `add_header ${NGINX_SAW} ${OUT} always;`,
  ]
}

function toAgent({ agent, prefix }: NginxLayout): string[] {
  const cut = prefix === '/' ? [] : [`rewrite ^${prefix.slice(0, -1)}(/.*)$ $1 break;`]
  return [...cut, `proxy_pass http://${agent};`]
}

function pagesOf(layout: NginxLayout): string[] {
  const { prefix } = layout
  const page = (place: string, waitS: number) =>
    block(`location ${place}`, [
      ...toAgent(layout),
      `proxy_read_timeout ${waitS}s;`,
      ...errorPages(prefix, [502, 504]),
      `error_page 502 504 =503 ${inside(prefix, 'last-resort')};`,
    ])
  return [
    '# Each document is made by the agent, which puts the verdict into it. Nobody waits long for one: an agent that hangs is',
    '# as good as dead, and then nginx has a page of its own.',
    ...page(prefix, 5),
    '# Something may be done behind this one, and must not be called undone meanwhile.',
    ...page(`^~ ${prefix}classic`, 20),
  ]
}

function endpointsOf(layout: NginxLayout): string[] {
  const { prefix } = layout
  const endpoint = (place: string, lines: readonly string[] = []) =>
    block(`location ${place}`, [...toAgent(layout), ...lines])
  return [
    ...['^~ admin/api/', '^~ health', '= livez', '= readyz', '= metrics', '= openapi.json'].flatMap((place) =>
      endpoint(place.replace(' ', ` ${prefix}`)),
    ),
    '# The event stream: the agent breaks its silence every 10 s.',
    ...endpoint(`= ${prefix}admin/api/stream`, ['proxy_read_timeout 60s;']),
  ]
}

function filesOf(layout: NginxLayout): string[] {
  const { prefix } = layout
  const asset = inside(prefix, 'asset')
  return [
    '# Hashed files never change. One that is not here may be of the release which the agent still runs.',
    ...block(`location ^~ ${prefix}assets/`, [
      `alias ${quoted(`${layout.console}/assets/`)};`,
      'types { text/javascript js; text/css css; image/svg+xml svg; font/woff2 woff2; }',
      ...ownHeaders(),
      'add_header Cache-Control "public, max-age=31536000, immutable";',
      'add_header Vary Accept-Encoding;',
      '# Compressed when they were built. With the module for Brotli, brotli.conf says `brotli_static on;`.',
      'gzip_static on;',
      `include ${quoted(`${layout.pages}/brotli[.]conf`)};`,
      ...errorPages(prefix, [404]),
      `error_page 404 = ${asset}$uri;`,
    ]),
    ...block(`location ^~ ${asset}/`, [
      'internal;',
      `rewrite ^${asset.replaceAll('.', String.raw`\.`)}${prefix.slice(0, -1)}(/.*)$ $1 break;`,
      `proxy_pass http://${layout.agent};`,
    ]),
    '# Takes away what an older console may have left in a browser.',
    ...block(`location = ${prefix}sw.js`, [
      `alias ${quoted(`${layout.console}/sw.js`)};`,
      'types { text/javascript js; }',
      ...ownHeaders(),
      'add_header Cache-Control no-store always;',
    ]),
  ]
}
