/** Each forbidden class planted alone among harmless files: found by exactly its rule, at its path (IM2). */
import { expect, test } from 'vitest'
import { ContentExaminer } from '#domain/image/content.ts'
import { judgeFiles, type Declared } from '#domain/image/file-rules.ts'
import { FileTree, type ImageEntry } from '#domain/image/file-tree.ts'
import { IMAGES } from '#domain/image/images.ts'
import { IMAGE_RULES, type ImageRule } from '#domain/image/rules.ts'

type Planted = Partial<ImageEntry> & { path: string; text?: string }

const ELF = '\x7fELF\x02\x01\x01'

function entryOf({ text, path, ...rest }: Planted): ImageEntry {
  const examiner = new ContentExaminer(`/${path}`)
  // In small pieces: what is looked for may lie across two.
  for (let at = 0; at < (text?.length ?? 0); at += 7) examiner.push(text?.slice(at, at + 7) ?? '')
  const kind = rest.kind ?? 'file'
  const base = {
    kind,
    mode: 0o644,
    target: null,
    hasCapabilities: false,
    content: kind === 'file' ? examiner.finish() : null,
  }
  return { ...base, ...rest, path }
}

const program = (path: string, text = `${ELF}machine code`): Planted => ({ path, text, mode: 0o755 })
const HARMLESS: Planted[] = [
  { path: 'usr/bin', kind: 'directory', mode: 0o755 },
  program('usr/bin/node', `${ELF} -----BEGIN %s PRIVATE KEY----- cmd`),
  { path: 'etc/ssl/certs/ca.pem', text: '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n' },
  {
    path: 'app/main.js',
    text: "import { get } from 'node:http'\nconst url = 'postgres://user:****@host/x'\n",
  },
  { path: 'app/node_modules/fastify/package.json', text: '{"name":"fastify","version":"5.0.0"}' },
  {
    path: 'app/node_modules/.package-lock.json',
    text: '{"packages":{"node_modules/gone":{"dev":true},"node_modules/fastify":{}}}',
  },
  { path: 'app/latest.json', text: '{"test": true}' },
  { path: 'usr/share/doc/gcc/copyright', text: 'text' },
  { path: 'usr/share/bash-completion/completions/git', text: '# text' },
  { path: 'lib', kind: 'link', target: 'usr/lib' },
  {
    path: 'var/lib/dpkg/status.d/base',
    text: 'Package: gcc-12-base\nVersion: 12\n\nPackage: libgcc-s1\nVersion: 12\n',
  },
  {
    path: 'var/lib/dpkg/status',
    text: 'Package: make\nStatus: deinstall ok config-files\n\nPackage: libc6\nStatus: install ok installed\n',
  },
]

function judged(planted: readonly Planted[], declared: Declared = []) {
  const tree = new FileTree()
  for (const entry of [...HARMLESS, ...planted]) tree.add(entryOf(entry), 0, { isLayered: false })
  return judgeFiles(tree, declared).map(({ rule, place }) => [rule, place])
}

test('IM2 among harmless files nothing is found', () => {
  expect(judged([])).toEqual([])
})

const KEY = `-----BEGIN OPENSSH PRIVATE KEY-----\n${'b3BlbnNzaC1rZXktdjEAAAAABG5vbmU'.repeat(4)}\n`
const rpmHeader = (name: string) => `\x8e\xad\xe8\x01\0\0C\0${name}\x008.5.0\x0020.el8\0summary\0`
const nameRow = (name: string) =>
  `SQLite format 3\0page\0\x04${String.fromCharCode(13 + 2 * name.length)}\x01\x01${name}\x07\x00`

const PLANTED: [ImageRule, string, Planted | Planted[], place?: string][] = [
  ['ci_runner', 'a runner', program('usr/local/bin/gitlab-runner')],
  ['ci_runner', 'one by another name', program('opt/x', `${ELF} gitlab-runner/commands/helpers`)],
  [
    'linter',
    'eslint among commands',
    { path: 'app/node_modules/.bin/eslint', kind: 'link', target: '../eslint/bin/eslint.js' },
  ],
  [
    'linter',
    'eslint as a package',
    { path: 'app/node_modules/eslint/package.json', text: '{"name":"eslint"}' },
    '/app/node_modules/eslint',
  ],
  [
    'linter',
    'an npm package in a directory of another name',
    { path: 'app/node_modules/x/package.json', text: '{ "name": "oxlint" }' },
    '/app/node_modules/x',
  ],
  [
    'linter',
    'flake8 of Python',
    { path: 'usr/lib/python3/site-packages/flake8-7.0.dist-info/METADATA', text: 'Name: flake8\n' },
    '/usr/lib/python3/site-packages/flake8-7.0.dist-info/METADATA: flake8',
  ],
  [
    'formatter',
    'prettier',
    { path: 'app/node_modules/prettier/package.json', text: '{"name":"prettier"}' },
    '/app/node_modules/prettier',
  ],
  [
    'formatter',
    'black',
    { path: 'opt/black-24.1.dist-info/METADATA', text: 'Metadata-Version: 2.1\nName: black\n' },
    '/opt/black-24.1.dist-info/METADATA: black',
  ],
  [
    'test_framework',
    'vitest',
    { path: 'app/node_modules/vitest/package.json', text: '{"name":"vitest"}' },
    '/app/node_modules/vitest',
  ],
  [
    'test_framework',
    'a scoped one, nested',
    {
      path: 'a/node_modules/b/node_modules/@playwright/test/package.json',
      text: '{"name":"@playwright/test"}',
    },
    '/a/node_modules/b/node_modules/@playwright/test',
  ],
  ['test_framework', 'pytest among commands', program('usr/bin/pytest', '#!/usr/bin/python3\n')],
  [
    'test_framework',
    'pytest by its old form',
    { path: 'x/pytest.egg-info/PKG-INFO', text: 'Name: pytest\n' },
    '/x/pytest.egg-info/PKG-INFO: pytest',
  ],
  ['browser', 'Chromium', program('usr/lib/chromium/chromium')],
  ['browser', 'a driver', program('opt/chromedriver')],
  [
    'browser',
    'playwright-core',
    { path: 'app/node_modules/playwright-core/package.json', text: '{"name":"playwright-core"}' },
    '/app/node_modules/playwright-core',
  ],
  ['package_manager', 'apt', program('usr/bin/apt-get')],
  ['package_manager', 'apt by another name', program('opt/tool', `${ELF} Dir::State::lists`)],
  [
    'package_manager',
    'apk in its database',
    { path: 'lib/apk/db/installed', text: 'C:Q1\nP:apk-tools\nV:2.14\n\nP:musl\n' },
    '/lib/apk/db/installed: apk-tools',
  ],
  [
    'package_manager',
    'npm, whose commands are links',
    { path: 'usr/local/bin/npm', kind: 'link', target: '../lib/node_modules/npm/bin/npm-cli.js' },
  ],
  ['package_manager', 'pip with its version', program('usr/bin/pip3.11', '#!/usr/bin/python3\n')],
  [
    'package_manager',
    'dnf in the rpm database',
    { path: 'usr/lib/sysimage/rpm/Packages.db', text: `RpmP${rpmHeader('dnf')}${rpmHeader('glibc')}` },
    '/usr/lib/sysimage/rpm/Packages.db: dnf',
  ],
  ['shell', 'sh', { path: 'bin/sh', kind: 'link', target: 'dash' }],
  ['shell', 'bash by another name', program('usr/bin/helper', `${ELF}BASH_VERSINFO`)],
  ['shell', 'BusyBox', program('bin/busybox')],
  ['compiler', 'gcc with architecture and version', program('usr/bin/x86_64-linux-gnu-gcc-12')],
  ['compiler', 'cc1 where no command lies', program('usr/lib/gcc/x86_64-linux-gnu/12/cc1')],
  ['compiler', 'gcc by another name', program('opt/a.out', `${ELF} COLLECT_GCC_OPTIONS`)],
  [
    'compiler',
    'g++ in the dpkg database',
    { path: 'rootfs/var/lib/dpkg/status', text: 'Package: g++-12\nStatus: install ok installed\n' },
    '/rootfs/var/lib/dpkg/status: g++-12',
  ],
  [
    'compiler',
    'a JDK',
    { path: 'var/lib/dpkg/status.d/jdk', text: 'Package: openjdk-17-jdk\n' },
    '/var/lib/dpkg/status.d/jdk: openjdk-17-jdk',
  ],
  [
    'compiler',
    'TypeScript',
    { path: 'app/node_modules/typescript/package.json', text: '{"name":"typescript"}' },
    '/app/node_modules/typescript',
  ],
  [
    'compiler',
    'gcc in an rpm database of SQLite, by its index',
    { path: 'var/lib/rpm/rpmdb.sqlite', text: nameRow('gcc') },
    '/var/lib/rpm/rpmdb.sqlite: gcc',
  ],
  ['build_tool', 'make', program('usr/bin/make')],
  [
    'build_tool',
    'vite',
    { path: 'app/node_modules/vite/package.json', text: '{"name":"vite"}' },
    '/app/node_modules/vite',
  ],
  [
    'build_tool',
    'cmake in the apk database',
    { path: 'usr/lib/apk/db/installed', text: 'P:cmake\n' },
    '/usr/lib/apk/db/installed: cmake',
  ],
  [
    'dev_dependency',
    'types',
    { path: 'app/node_modules/@types/node/package.json', text: '{"name":"@types/node"}' },
    '/app/node_modules/@types/node',
  ],
  [
    'dev_dependency',
    'by npm’s own list',
    [
      {
        path: 'b/node_modules/.package-lock.json',
        text: '{"packages":{"node_modules/left-pad":{"dev":true}}}',
      },
      { path: 'b/node_modules/left-pad/index.js', text: '1' },
    ],
    '/b/node_modules/left-pad',
  ],
  ['vcs_data', 'a repository', { path: 'app/.git/config', text: '[core]' }, '/app/.git'],
  ['vcs_data', 'Mercurial', { path: 'app/.hg', kind: 'directory' }],
  [
    'vcs_data',
    'a bare repository of any name',
    [
      { path: 'srv/x/HEAD', text: 'ref: refs/heads/main\n' },
      { path: 'srv/x/objects', kind: 'directory' },
      { path: 'srv/x/refs/heads', kind: 'directory' },
    ],
    '/srv/x',
  ],
  ['vcs_data', 'git', program('usr/bin/git')],
  ['test_source', 'a test by its name', { path: 'app/src/a.test.ts', text: 'export {}' }],
  ['test_source', 'by its directory', { path: 'app/tests/a.py', text: 'x = 1' }],
  ['test_source', 'by what it imports', { path: 'app/src/check.mjs', text: "import test from 'node:test'" }],
  [
    'test_source',
    'of Python, by what it imports',
    { path: 'app/check.py', text: 'import os\nimport pytest\n' },
  ],
  ['secret', 'a private key', { path: 'etc/ssl/private/x', text: KEY }],
  ['secret', 'an AWS key', { path: 'app/x.js', text: `const id = "AKIA${'ABCDEFGH23456723'}"` }],
  ['secret', 'a GitHub token', { path: 'app/x.txt', text: `ghp_${'a1B2'.repeat(9)}` }],
  ['secret', 'a token of npm', { path: 'root/.npmrc', text: '//registry/:_authToken=abcdef0123456789' }],
  ['secret', 'a connection string', { path: 'app/c.ini', text: 'url=postgresql://app:hunter22@db/x' }],
  [
    'secret',
    'a login of a registry',
    { path: 'root/.docker/config.json', text: '{"auths":{"r":{"auth":"dXNlcjpwYXNzd29yZA=="}}}' },
  ],
  ['secret', 'the hash of a password', { path: 'etc/shadow', text: `root:$6$${'abcdEFGH'.repeat(6)}:1::` }],
  ['secret', 'an environment file', { path: 'app/.env', text: 'A=1' }],
  ['secret', 'accounts of Holdfast', { path: 'var/lib/holdfast/access.json', text: '{}' }],
  ['setuid_file', 'setuid', { path: 'usr/bin/x', text: 'x', mode: 0o4755 }],
  ['setuid_file', 'setgid', { path: 'usr/bin/y', text: 'x', mode: 0o2755 }],
  ['setuid_file', 'capabilities', { path: 'usr/bin/z', text: 'x', hasCapabilities: true }],
  ['device_file', 'a disk', { path: 'dev/sda', kind: 'device' }],
  ['link_loop', 'a link to itself', { path: 'x/y', kind: 'link', target: '../x/y' }],
]

test.each(PLANTED)('IM2 %s: %s', (rule, _, planted, place) => {
  const all = Array.isArray(planted) ? planted : [planted]
  expect(judged(all)).toEqual([[rule, place ?? `/${all[0]?.path}`]])
})

test('every rule of files is planted, here or in an archive', () => {
  const ids = Object.entries(IMAGE_RULES)
    .filter(([, { of }]) => of !== 'dockerfile')
    .map(([id]) => id)
  const elsewhere = ['unsafe_path', 'archive_malformed', 'archive_too_large', 'not_looked_at']
  expect(ids.filter((id) => !PLANTED.some(([rule]) => rule === id) && !elsewhere.includes(id))).toEqual([])
})

test('IM3 a shell counts except where the contract declares it, and nothing else is let through by that', () => {
  const files = [program('bin/busybox'), program('usr/bin/make')]
  expect(judged(files, IMAGES.frontend.declared)).toEqual([['build_tool', '/usr/bin/make']])
  expect(judged(files, IMAGES.backend.declared)).toHaveLength(2)
})

test('layers: what a later one takes away is gone, but a secret is told all the same', () => {
  const tree = new FileTree()
  const add = (planted: Planted, layer: number) => tree.add(entryOf(planted), layer)
  for (const path of ['usr/bin/gcc', 'opt/tools/make', 'var/x/git', 'kept/bin/vitest']) add(program(path), 0)
  add({ path: 'root/key', text: KEY }, 0)
  add({ path: 'etc/changed', text: KEY }, 0)
  add({ path: 'usr/bin/.wh.gcc' }, 1)
  add({ path: 'opt/.wh.tools' }, 1)
  add({ path: 'var/x/.wh..wh..opq' }, 1)
  add({ path: 'var/x/own', text: 'x' }, 1)
  add({ path: 'root/.wh.key' }, 1)
  add({ path: 'etc/changed', text: 'nothing' }, 1)
  expect(judgeFiles(tree, []).map(({ rule, place }) => [rule, place])).toEqual([
    ['secret', '/etc/changed (layer 1)'],
    ['test_framework', '/kept/bin/vitest'],
    ['secret', '/root/key (layer 1)'],
  ])
  expect([...tree.entries()].map(({ path }) => path).toSorted()).toEqual([
    'etc/changed',
    'kept/bin/vitest',
    'var/x/own',
  ])
})

test('a whiteout does not take away what its own layer brings, whichever comes first', () => {
  for (const order of [
    ['a/.wh.b', 'a/b'],
    ['a/b', 'a/.wh.b'],
    ['a/.wh..wh..opq', 'a/b'],
    ['a/b', 'a/.wh..wh..opq'],
  ]) {
    const tree = new FileTree()
    tree.add(entryOf({ path: 'a/b/old', text: '0' }), 0)
    for (const path of order) tree.add(entryOf({ path, text: '1' }), 1)
    expect(
      [...tree.entries()].map(({ path }) => path),
      order.join(),
    ).toEqual(['a/b'])
  }
})

test('of a rule a hundred findings are told, and how many more there are', () => {
  const many = Array.from({ length: 250 }, (_, at) => program(`opt/${at}/make`))
  const findings = judged(many)
  expect(findings).toHaveLength(101)
  expect(findings.at(-1)).toEqual(['build_tool', '/'])
})
