/**
 * What a build of the console does beside bundling: its files once more as gzip and Brotli, so that nobody compresses them
 * while they are asked for, and beside them the files of the build before (SH6).
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'
import { keepAssets, pastAssets, type PastAssets } from '../src/agent/release/kept-assets.ts'

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
    closeBundle: () => {
      compressAssets(join(directory, 'assets'))
      keepAssets(before, directory)
    },
  }
}

const IS_TEXT = /\.(?:js|css|svg)$/
/** What fits one packet is not made faster by being smaller. */
const BYTES_WORTH_IT = 1400

function compressAssets(assets: string): void {
  for (const name of readdirSync(assets).filter((one) => IS_TEXT.test(one))) {
    const bytes = readFileSync(join(assets, name))
    if (bytes.length < BYTES_WORTH_IT) continue
    writeFileSync(join(assets, `${name}.gz`), gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION }))
    writeFileSync(join(assets, `${name}.br`), brotliCompressSync(bytes))
  }
}
