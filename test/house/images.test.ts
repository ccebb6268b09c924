/** Dockerfiles, the lists of what goes into the images, and the words about both say the same (IM1, IM4). */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { FIELDS } from '#domain/config/fields.ts'
import { parseDockerfile } from '#domain/image/dockerfile/parse.ts'
import { copyLines, IMAGES } from '#domain/image/images.ts'
import { withBlocks } from '../../tools/doc-blocks.ts'
import { ROOT } from '../support/holdfast.ts'

const page = readFileSync(join(ROOT, 'docs/deployable-runtime-contract.md'), 'utf8')
const images = Object.values(IMAGES)

test.each(images)(
  'IM1 the final stage of $dockerfile copies what the list says, in its order, and nothing else of the build',
  (image) => {
    const text = readFileSync(join(ROOT, image.dockerfile), 'utf8')
    const steps = parseDockerfile(text).stages.at(-1)?.steps ?? []
    const copies = steps.filter(
      ({ instruction }) => instruction.keyword === 'COPY' && instruction.flags.get('from') === 'build',
    )
    const lines = copies.map(
      ({ instruction, words }) => `COPY --from=${instruction.flags.get('from')} ${words.join(' ')}`,
    )
    expect(lines).toEqual(copyLines(image))
    const last = (keyword: string) =>
      steps.findLast(({ instruction }) => instruction.keyword === keyword)?.words.join(' ')
    expect(last('USER')).toBe(`${image.user.uid}:${image.user.gid}`)
    expect(last('EXPOSE')).toBe(String(image.port))
  },
)

test('IM1 the backend’s port is the one that the agent takes where nobody says another', () => {
  expect(IMAGES.backend.port).toBe(FIELDS.port.preset)
})

test('IM1 the page names user, port and limit of both images as they are', () => {
  for (const { user, port, bytesLimit } of images) {
    expect(page).toContain(`| ${user.uid}:${user.gid} |`)
    expect(page).toMatch(new RegExp(`^\\| port \\|.*\\b${port}\\b`, 'm'))
    expect(page).toMatch(new RegExp(`^\\| size limit \\|.*\\b${bytesLimit / 1024 ** 2} MiB`, 'm'))
  }
})

test('IM4 each criterion leads to a section that is there, a check that is there, and says who approved', () => {
  const rows = [
    ...page
      .slice(page.indexOf('## Acceptance'))
      .matchAll(/^\| (?!criterion|---)(.+?) \| (.+?) \| (.+?) \| (.+?) \|$/gm),
  ]
  expect(rows.length).toBeGreaterThanOrEqual(4)
  const headings = [...page.matchAll(/^#+ (.+)$/gm)].map(([, words = '']) =>
    words.toLowerCase().replaceAll(' ', '-'),
  )
  for (const [, criterion, section = '', check = '', approved] of rows) {
    for (const [, target = ''] of section.matchAll(/\]\(([^)]+)\)/g)) {
      if (target.startsWith('#')) expect(headings, criterion).toContain(target.slice(1))
      else expect(existsSync(join(ROOT, 'docs', target)), target).toBe(true)
    }
    for (const [, path = ''] of check.matchAll(/`(test\/[^`]+)`/g))
      expect(existsSync(join(ROOT, path)), path).toBe(true)
    expect(approved).not.toBe('')
  }
})

test('RC6 what the page repeats of the code is written anew when the code has changed', () => {
  expect(withBlocks(page.replace(/^For version \S+/m, 'For version 1999.01.1'))).toBe(page)
  expect(withBlocks(page.replace(/^\| `HOLDFAST_PORT`.*\n/m, ''))).toBe(page)
})
