/** The page that the console is measured against (`floor/`): built as the console is, served from memory with gzip by a server that does nothing else. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build, type Rolldown } from 'vite'

export interface FloorPage {
  readonly url: string
  readonly close: () => void
}

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript',
  css: 'text/css',
}

export async function serveFloor(health: string): Promise<FloorPage> {
  const files = new Map([['health', { type: 'application/json', body: gzipSync(health) }]])
  for (const { fileName, bytes } of await builtFloor()) {
    const type = TYPES[fileName.split('.').at(-1) ?? ''] ?? 'application/octet-stream'
    files.set(fileName === 'index.html' ? '' : fileName, { type, body: gzipSync(bytes, { level: 9 }) })
  }
  const server = createServer((request, response) => {
    const file = files.get((request.url ?? '/').slice(1))
    if (file === undefined) return response.writeHead(404).end()
    return response.writeHead(200, { 'content-type': file.type, 'content-encoding': 'gzip' }).end(file.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

async function builtFloor(): Promise<{ fileName: string; bytes: string | Uint8Array }[]> {
  const built = (await build({
    root: fileURLToPath(new URL('floor', import.meta.url)),
    configFile: false,
    logLevel: 'error',
    mode: 'production',
    define: { __VUE_OPTIONS_API__: 'false', 'process.env.NODE_ENV': '"production"' },
    build: { target: 'es2023', write: false, modulePreload: { polyfill: false } },
  })) as Rolldown.RolldownOutput
  return built.output.map((file) => ({
    fileName: file.fileName,
    bytes: file.type === 'chunk' ? file.code : file.source,
  }))
}
