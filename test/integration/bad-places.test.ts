import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { holdfast, scratch, type Scratch } from '../support/holdfast.ts'

let place: Scratch
beforeEach(() => {
  place = scratch()
})
afterEach(() => place.remove())

test.each([
  ['log', 'a file'],
  ['start.lock', 'a directory'],
  ['start.lock', 'garbage'],
  ['runtime-contract.json', 'a directory'],
  ['log/agent.log', 'a directory'],
])(
  'BI1 with %s of the state directory being %s, one sentence names it and nothing is left',
  async (name, what) => {
    const path = join(place.stateDir, name)
    mkdirSync(dirname(path), { recursive: true })
    if (what === 'a directory') mkdirSync(path)
    else writeFileSync(path, 'garbage '.repeat(200))
    const { code, stdout, stderr } = await holdfast(['start', '--json'], place.env)
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({ success: false, error: { code: 'directory_unusable' } })
    expect(stderr).toContain(path)
    expect(stderr).not.toContain('    at ')
    expect(existsSync(place.runtimeDir)).toBe(false)
  },
)
