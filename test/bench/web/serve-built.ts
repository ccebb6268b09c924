/** A page that is built as the console is, and served from memory with gzip by a server that does nothing else. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import vue from '@vitejs/plugin-vue'
import { build, type Rolldown } from 'vite'

export interface ServedPage {
  readonly url: string
  readonly close: () => void
}

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript',
  css: 'text/css',
}

/** Of a directory beside this file, whose `main.ts` is the page's program; `more` is answered as well, each as JSON. */
export async function serveBuilt(
  name: string,
  more: Readonly<Record<string, string>> = {},
): Promise<ServedPage> {
  const files = new Map(
    Object.entries(more).map(([path, text]) => [path, { type: 'application/json', body: gzipSync(text) }]),
  )
  for (const { fileName, bytes } of await builtFiles(name)) {
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

async function builtFiles(name: string): Promise<{ fileName: string; bytes: string | Uint8Array }[]> {
  const built = (await build({
    root: fileURLToPath(new URL('.', import.meta.url)),
    configFile: false,
    logLevel: 'error',
    mode: 'production',
    plugins: [vue()],
    define: {
      __VUE_OPTIONS_API__: 'false',
      'process.env.NODE_ENV': '"production"',
      'import.meta.env.VITE_PAGE': JSON.stringify(name), // named in index.html
    },
    worker: { format: 'es' },
    build: {
      target: 'es2023',
      write: false,
      modulePreload: { polyfill: false },
    },
  })) as Rolldown.RolldownOutput
  return built.output.map((file) => ({
    fileName: file.fileName,
    bytes: file.type === 'chunk' ? file.code : file.source,
  }))
}
