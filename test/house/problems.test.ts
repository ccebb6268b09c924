/** The one table of problems, the code that raises them, and the documentation say the same codes. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { PROBLEMS } from '#domain/problems.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

function sources(directory: string): string[] {
  return readdirSync(join(root, directory), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|vue)$/.test(name))
    .map((name) => join(root, directory, name))
}

test('every problem code is raised somewhere', () => {
  const code = sources('src')
    .filter((path) => !path.endsWith('domain/problems.ts'))
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n')
  expect(Object.keys(PROBLEMS).filter((name) => !code.includes(`'${name}'`))).toEqual([])
})

test('docs/operations.md lists each code with its status, exit code and title, and no other', () => {
  const text = readFileSync(join(root, 'docs/operations.md'), 'utf8')
  const section = text.slice(text.indexOf('## Problems'))
  const listed = [...section.matchAll(/^\| `(\w+)` \| (\d+) \| (\d+) \| (.+) \|$/gm)].map(
    ([, ...cells]) => cells,
  )
  const expected = Object.entries(PROBLEMS).map(([name, { status, exit, title }]) => [
    name,
    `${status}`,
    `${exit}`,
    title,
  ])
  expect(listed).toEqual(expected)
})
