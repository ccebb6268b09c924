/** SD5, RC6: every command in the marked blocks of docs/operations.md, run as it stands there, in a scratch root. */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DriftGround } from '../agent/contract/drift-ground.ts'
import { AGENT_PROGRAM, ROOT } from '../support/holdfast.ts'

const page = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8')
const BLOCKS = [...page.matchAll(/^### (.+)\n(?:(?!^### )[\s\S])*?<!-- run -->\n```sh\n([\s\S]*?)```/gm)].map(
  ([, heading = '', text = '']) => ({ heading, lines: text.trim().split('\n') }),
)

let ground: DriftGround
beforeEach(() => {
  ground = new DriftGround()
  const release = (name: string) => ground.at(`/opt/holdfast/releases/${name}`)
  cpSync(join(ROOT, 'deploy'), join(release('1'), 'deploy'), { recursive: true })
  cpSync(release('1'), release('2'), { recursive: true })
  ground.link('/opt/holdfast/current', 'releases/2')
  mkdirSync(ground.at('/bin'), { recursive: true })
  ground.execute('/bin/holdfast', `#!/bin/sh\nexec ${process.execPath} ${AGENT_PROGRAM} "$@"\n`)
})
afterEach(() => ground.remove())

test('each marked block is found, and no other command is left out', () => {
  expect(BLOCKS.map(({ heading }) => heading)).toEqual(['Paths', 'Back by hand', 'Troubleshooting'])
  expect(BLOCKS).toHaveLength(page.split('<!-- run -->').length - 1)
  // These two run under a real systemd (systemd.test.ts); the third makes a conda environment, which takes a channel of conda.
  const named = [...page.matchAll(/<!-- run: (\S+) -->/g)].map(([, name]) => name)
  expect(named).toEqual(['back-up', 'restore'])
  expect(page.match(/^```sh$/gm)).toHaveLength(BLOCKS.length + named.length + 1)
})

test.each(BLOCKS)('SD5 $heading', ({ lines }) => {
  for (const line of lines) {
    const { status, stdout, stderr } = spawnSync('sh', ['-c', line], {
      encoding: 'utf8',
      env: { PATH: `${ground.at('/bin')}:${process.env['PATH']}`, ROOT: ground.root },
      timeout: 30_000,
    })
    expect(status, `${line}\n${stdout}${stderr}`).toBe(0)
  }
  expect(existsSync(ground.at('/opt/holdfast/current.next'))).toBe(false)
})

test('SD4 the way back by hand leads to the release that is named', () => {
  const { lines = [] } = BLOCKS.find(({ heading }) => heading === 'Back by hand') ?? {}
  const env = { PATH: `${ground.at('/bin')}:${process.env['PATH']}`, ROOT: ground.root }
  expect(spawnSync('sh', ['-ec', lines.join('\n')], { env }).status).toBe(0)
  expect(readlinkSync(ground.at('/opt/holdfast/current'))).toBe('releases/1')
})

test('RC6 a contract of another version than the page shows fails the commands of the page', () => {
  ground.edit('/opt/holdfast/current/deploy/runtime-contract.json', '2026.11.1', '2026.12.1')
  const [first = ''] = BLOCKS[0]?.lines ?? []
  expect(
    spawnSync('sh', ['-c', first], { env: { PATH: process.env['PATH'], ROOT: ground.root } }).status,
  ).toBe(1)
})
