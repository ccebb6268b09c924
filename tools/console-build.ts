/**
 * What a build of the console does beside bundling: its files once more as gzip and Brotli, so that nobody compresses them
 * while they are asked for, and beside them the files of the build before (SH6).
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { HtmlTagDescriptor, Plugin, Rolldown } from 'vite'
import { keepAssets, pastAssets, type PastAssets } from '../src/agent/release/kept-assets.ts'

/** It and what it needs, so far as the frame does not have that: loaded beside the entry and not after it (ADR 0038). */
export const FIRST_PAGE = { name: 'first-page', test: /\/src\/web\/first-page\.ts/, priority: 1 }

export function consoleBuild(): Plugin {
  let directory = ''
  let before: PastAssets = { own: [], files: new Map() }
  return {
    name: 'holdfast:console-build',
    apply: 'build',
    configResolved: ({ root, build }) => {
      directory = join(root, build.outDir)
    },
    // The directory is emptied later.
    buildStart: () => {
      before = pastAssets(directory)
    },
    transformIndexHtml: {
      order: 'post',
      handler: (html, { bundle = {} }) => firstPageTags(html, Object.values(bundle)),
    },
    closeBundle: () => {
      compressAssets(join(directory, 'assets'))
      keepAssets(before, directory)
    },
  }
}

function firstPageTags(
  html: string,
  files: readonly (Rolldown.OutputChunk | Rolldown.OutputAsset)[],
): HtmlTagDescriptor[] {
  const chunk = files.find((file) => file.type === 'chunk' && file.name === FIRST_PAGE.name)
  if (chunk?.type !== 'chunk') throw new Error(`there is no chunk ${FIRST_PAGE.name}`)
  const link = (rel: string, file: string): HtmlTagDescriptor => ({
    tag: 'link',
    attrs: { rel, crossorigin: true, href: `./${file}` },
    injectTo: 'head',
  })
  const styles = [...(chunk.viteMetadata?.importedCss ?? [])]
  const scripts = [chunk.fileName, ...chunk.imports].filter((name) => !html.includes(name))
  return [
    ...scripts.map((script) => link('modulepreload', script)),
    ...styles.map((style) => link('stylesheet', style)),
  ]
}

/** Shorter blocks, each with a code of its own, make scripts a little smaller than zlib's own choice of 8. */
const GZIP = { level: constants.Z_BEST_COMPRESSION, memLevel: 7 }

const IS_TEXT = /\.(?:js|css|svg)$/
/** What fits one packet is not made faster by being smaller. */
const BYTES_WORTH_IT = 1400

function compressAssets(assets: string): void {
  for (const name of readdirSync(assets).filter((one) => IS_TEXT.test(one))) {
    const bytes = readFileSync(join(assets, name))
    if (bytes.length < BYTES_WORTH_IT) continue
    writeFileSync(join(assets, `${name}.gz`), gzipSync(bytes, GZIP))
    writeFileSync(join(assets, `${name}.br`), brotliCompressSync(bytes))
  }
}
