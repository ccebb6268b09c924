/** A release in a directory of its own, as a deploy has one: to break it, or to put another one in its place. */
import { cpSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT, type Scratch } from './holdfast.ts'

export interface Release {
  readonly agent: string
  readonly console: string
  /** The one file among the assets whose name begins so. */
  asset(start: string): string
  /** The same console under other names, and nothing left of those of before. */
  deployNext(): void
}

const HASH = /-([\w-]{8})(\.(?:js|css|svg))$/

export function copyRelease({ directory }: Scratch): Release {
  const home = join(directory, 'release')
  for (const part of ['build', 'dist', 'deploy', 'package.json']) {
    cpSync(join(ROOT, part), join(home, part), { recursive: true })
  }
  symlinkSync(join(ROOT, 'node_modules'), join(home, 'node_modules'))
  const console = join(home, 'dist')
  const assets = join(console, 'assets')
  const own = JSON.parse(readFileSync(join(console, '.own-assets.json'), 'utf8')) as string[]
  for (const name of readdirSync(assets)) if (!own.includes(name)) rmSync(join(assets, name))
  const names = () => readdirSync(assets).filter((name) => HASH.test(name))
  return {
    agent: join(home, 'build/agent/holdfast.js'),
    console,
    asset: (start) => {
      const found = names().filter((name) => name.startsWith(start) && name.endsWith('.js'))
      if (found.length !== 1) throw new Error(`expected one ${start}, found ${found.join(', ')}`)
      return join(assets, found[0] ?? '')
    },
    deployNext: () => {
      for (const name of readdirSync(assets)) if (!HASH.test(name)) rmSync(join(assets, name))
      const renamed = names().map((name) => [
        name,
        name.replace(HASH, (_, hash: string, end) => `-${turned(hash)}${end}`),
      ])
      const inNextNames = (text: string) =>
        renamed.reduce((sum, [old = '', next = '']) => sum.replaceAll(old, next), text)
      for (const [old = '', next = ''] of renamed) {
        writeFileSync(join(assets, old), inNextNames(readFileSync(join(assets, old), 'utf8')))
        renameSync(join(assets, old), join(assets, next))
      }
      const document = join(console, 'index.html')
      writeFileSync(document, inNextNames(readFileSync(document, 'utf8')))
    },
  }
}

function turned(hash: string): string {
  return [...hash].toReversed().join('')
}
