/** What ships is built from the sources of the moment, and from nothing else. */
import { execFileSync } from 'node:child_process'
import { appendFileSync, cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { ROOT } from '../support/holdfast.ts'

const COPIED = ['tools', 'src', 'dist', 'index.html', 'package.json', 'package-lock.json']
const CONFIGURATIONS = ['vite.config.ts', 'vite.agent.config.ts', 'tsconfig.json']

test('the agent is built anew when a source has changed, and only then; no source is read to run it', () => {
  const checkout = mkdtempSync(join(tmpdir(), 'holdfast-build-'))
  onTestFinished(() => rmSync(checkout, { recursive: true, force: true }))
  for (const name of [...COPIED, ...CONFIGURATIONS]) {
    cpSync(join(ROOT, name), join(checkout, name), { recursive: true })
  }
  symlinkSync(join(ROOT, 'node_modules'), join(checkout, 'node_modules'))
  const ensure = () => {
    execFileSync(process.execPath, [join(checkout, 'tools/holdfast.mjs'), '--version'], { stdio: 'pipe' })
    return readFileSync(join(checkout, 'build/agent/.built-from'), 'utf8')
  }
  const version = () =>
    execFileSync(process.execPath, [join(checkout, 'build/agent/holdfast.js'), '--version'])

  const first = ensure()
  expect(ensure()).toBe(first)
  appendFileSync(join(checkout, 'src/agent/version.ts'), '\n// changed\n')
  expect(ensure()).not.toBe(first)

  rmSync(join(checkout, 'src'), { recursive: true })
  expect(String(version()).trim()).toMatch(/^\d+\.\d+\.\d+$/)
  expect(readdirSync(join(checkout, 'build/agent')).filter((name) => name.endsWith('.ts'))).toEqual([])
})
