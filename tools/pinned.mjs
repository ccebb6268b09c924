/**
 * Runs a program of ours under the pinned Node: in this process where it already is that
 * Node, else in a child that gets our terminal and our signals.
 */
import { spawn } from 'node:child_process'
import { compileCache, pinnedNode, runsPinnedNode } from './ensure.mjs'

export async function runPinned(file, args) {
  process.env.NODE_COMPILE_CACHE ??= compileCache
  if (runsPinnedNode) {
    const { enableCompileCache } = await import('node:module') // the host's own Node may not have it
    enableCompileCache(process.env.NODE_COMPILE_CACHE)
    process.argv.splice(1, process.argv.length, file, ...args)
    await import(file)
    return
  }
  const child = spawn(pinnedNode, [file, ...args], { stdio: 'inherit' })
  // A terminal's Ctrl-C reaches both of us: the child decides, we only wait for it.
  process.on('SIGINT', () => {})
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    console.error(`Holdfast cannot start: ${pinnedNode} does not run (${error.message}); run: npm ci`)
    process.exitCode = 1
  })
  child.on('exit', (code) => {
    process.exitCode = code ?? 1
  })
}
