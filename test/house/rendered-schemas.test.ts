import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { RENDERED } from '../../tools/render-schemas.ts'

test.each(RENDERED.map(({ file, text }) => [file, text] as const))(
  'RC1 %s is the one that the code renders',
  (file, text) => {
    const committed = readFileSync(fileURLToPath(new URL(`../../${file}`, import.meta.url)), 'utf8')
    expect(committed, 'npm run render').toBe(text())
  },
)
