/**
 * The import rule is only worth something if breaking it fails: each row plants one violation in a copy of
 * the tree's outline and expects the rule that guards against it to be named.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
let copy: string

beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), 'holdfast-imports-'))
  for (const name of ['package.json', '.dependency-cruiser.mjs']) cpSync(join(root, name), join(copy, name))
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  plant('src/domain/a.ts', 'export const a = 1\n')
  plant('src/web/a.ts', "import { a } from '#domain/a.ts'\nexport const b = a\n")
  plant('src/agent/a.ts', "import { a } from '#domain/a.ts'\nexport const c = a\n")
})
afterEach(() => rmSync(copy, { recursive: true, force: true }))

function plant(file: string, text: string): void {
  mkdirSync(dirname(join(copy, file)), { recursive: true })
  writeFileSync(join(copy, file), text)
}

function check(): { status: number | null; output: string } {
  const run = spawnSync(
    join(root, 'node_modules/.bin/depcruise'),
    ['src', '--config', '.dependency-cruiser.mjs'],
    {
      cwd: copy,
      encoding: 'utf8',
    },
  )
  return { status: run.status, output: run.stdout + run.stderr }
}

test('the outline without a violation passes', () => {
  expect(check().status).toBe(0)
})

test.each([
  [
    'domain-is-pure',
    'src/domain/x.ts',
    "import { readFileSync } from 'node:fs'\nexport const x = readFileSync\n",
  ],
  ['domain-is-pure', 'src/domain/x.ts', "import { c } from '../agent/a.ts'\nexport const x = c\n"],
  ['domain-is-pure', 'src/domain/x.ts', "import type { b } from '#web/a.ts'\nexport type X = typeof b\n"],
  ['domain-is-pure', 'src/domain/x.ts', "import { ref } from 'vue'\nexport const x = ref\n"],
  ['web-does-not-see-agent', 'src/web/x.ts', "import { c } from '#agent/a.ts'\nexport const x = c\n"],
  [
    'web-does-not-see-agent',
    'src/web/X.vue',
    '<script setup lang="ts">\nimport { c } from \'#agent/a.ts\'\n</script>\n<template>{{ c }}</template>\n',
  ],
  ['web-runs-in-a-browser', 'src/web/x.ts', "import { join } from 'node:path'\nexport const x = join\n"],
  ['agent-does-not-see-web', 'src/agent/x.ts', "import { b } from '#web/a.ts'\nexport const x = b\n"],
])('%s is reported for %s', (rule, file, text) => {
  plant(file, text)
  const { status, output } = check()
  expect(output).toContain(rule)
  expect(status).not.toBe(0)
})
