/** Exports of images, well-formed and hostile: named findings, and never a crash (IM3, BI1). */
import { execFileSync } from 'node:child_process'
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { checkRootfs, checkTar } from '#agent/image/check-image.ts'
import { BOUNDS } from '#agent/image/expand-stream.ts'
import {
  dockerSave,
  END,
  entryBytes,
  ociIndex,
  ociLayout,
  pax,
  tarOf,
  withChecksum,
  type Made,
} from './tar-maker.ts'

const directory = mkdtempSync(join(tmpdir(), 'holdfast-archives-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

async function found(archive: Buffer, bounds = BOUNDS): Promise<string[]> {
  const file = join(directory, 'x.tar')
  writeFileSync(file, archive)
  const { findings } = await checkTar(file, bounds)
  return findings.map(({ rule, place }) => `${rule} ${place.replace(file, 'x.tar')}`)
}

const MAKE: Made = { name: './usr/bin/make', text: '\x7fELF', mode: 0o755 }
const TOLD = ['build_tool /usr/bin/make']

test.each([
  ['plain', (tar: Buffer) => tar],
  ['gzip', gzipSync],
  ['zstd', zstdCompressSync],
])('a root filesystem as a tar, %s', async (_, pack) => {
  expect(await found(pack(tarOf(MAKE)))).toEqual(TOLD)
  expect(
    await found(pack(tarOf({ name: 'etc/', type: '5' }, { name: 'etc/a', text: 'x'.repeat(5000) }))),
  ).toEqual([])
})

test.each([
  ['an OCI layout', ociLayout],
  ['what docker save writes', dockerSave],
])('%s, its layers plain or compressed, the whole compressed or not', async (_, layout) => {
  const lower = tarOf(MAKE, { name: 'root/key', text: `ghp_${'a1B2'.repeat(9)}` })
  const upper = gzipSync(
    tarOf(
      { name: 'usr/bin/.wh.make' },
      { name: 'root/.wh.key' },
      { name: 'bin/sh', type: '2', link: 'dash' },
    ),
  )
  const wanted = ['secret /root/key (layer 1)', 'shell /bin/sh']
  for (const whole of [layout(lower, upper), gzipSync(layout(lower, upper))])
    expect((await found(whole)).toSorted()).toEqual(wanted)
})

test('of several images each is looked at by itself, and what they share is told once', async () => {
  const withMake = tarOf(MAKE)
  const takesAway = tarOf({ name: 'usr/bin/.wh.make' })
  expect(await found(ociIndex({ layers: [withMake] }, { layers: [withMake, takesAway] }))).toEqual(TOLD)
  expect(await found(ociIndex({ layers: [withMake, takesAway] }, { layers: [withMake, takesAway] }))).toEqual(
    [],
  )
})

const GOOD_CONFIG = {
  User: '10001:10001',
  ExposedPorts: { '8787/tcp': {} },
  Env: ['PATH=/bin', 'NODE_ENV=production'],
  Entrypoint: ['/node'],
}

test.each<[string, object, string[]]>([
  ['well', {}, []],
  ['without a user', { User: '' }, ['user_missing']],
  ['as root', { User: '0' }, ['user_root']],
  ['as a name', { User: 'node' }, ['user_not_numeric']],
  ['without a port', { ExposedPorts: null }, ['port_missing']],
  ['with two ports', { ExposedPorts: { '1/tcp': {}, '2/tcp': {} } }, ['port_not_single']],
  ['with nothing that runs', { Entrypoint: null }, ['entrypoint_missing']],
  ['in a shell', { Entrypoint: ['/bin/sh', '-c', 'node'] }, ['entrypoint_in_shell']],
  ['with a password', { Env: ['DB_PASSWORD=hunter2'] }, ['secret']],
  ['with a token by its form', { Env: [`X=ghp_${'a1B2'.repeat(9)}`] }, ['secret']],
])('IM3 the configuration of an image that runs %s', async (_, change, wanted) => {
  const layers = [tarOf({ name: 'a', text: 'x' })]
  const findings = await found(ociIndex({ layers, config: { config: { ...GOOD_CONFIG, ...change } } }))
  expect(findings.map((one) => one.split(' ')[0])).toEqual(wanted)
  expect(findings.join()).not.toMatch(/hunter2|ghp_/)
})

test('what GNU tar itself writes: long names, hard links, sparse files, pax and GNU form', async () => {
  const tree = join(directory, 'tree')
  const long = `${'long-name-'.repeat(9)}/${'x'.repeat(90)}/${'y'.repeat(90)}`
  mkdirSync(join(tree, long), { recursive: true })
  writeFileSync(join(tree, long, 'make'), '\x7fELF', { mode: 0o755 })
  // So many islands that their map does not fit into one header.
  const holes = openSync(join(tree, 'holes'), 'w')
  for (let at = 0; at < 60; at += 1) writeSync(holes, 'x'.repeat(512), at * 65536)
  closeSync(holes)
  execFileSync('ln', [join(tree, long, 'make'), join(tree, 'gcc')])
  symlinkSync('nowhere', join(tree, 'dangling'))
  for (const options of [
    ['--format=gnu', '-S', '--hole-detection=raw'],
    ['--format=pax', '-S', '--hole-detection=raw'],
    ['--format=posix'],
  ]) {
    const tar = execFileSync('tar', ['-C', tree, ...options, '--sort=name', '-cf', '-', '.'], {
      maxBuffer: 200e6,
    })
    expect((await found(tar)).toSorted(), options.join(' ')).toEqual([
      `build_tool /${long}/make`,
      'compiler /gcc',
    ])
  }
})

test.each<[string, string, Made[]]>([
  ['a path that climbs', 'unsafe_path x.tar: ../../etc/passwd', [{ name: '../../etc/passwd', text: 'x' }]],
  ['one that climbs further in', 'unsafe_path x.tar: a/../../x', [{ name: 'a/../../x', text: 'x' }]],
  [
    'a hard link that climbs',
    'unsafe_path x.tar: a -> ../../etc/shadow',
    [{ name: 'a', type: '1', link: '../../etc/shadow' }],
  ],
  [
    'writing through a link that leads out',
    'unsafe_path /out/passwd',
    [
      { name: 'out', type: '2', link: '/etc' },
      { name: 'out/passwd', text: 'x' },
    ],
  ],
  ['a name by pax that climbs', 'unsafe_path x.tar: ../x', [pax({ path: '../x' }), { name: 'harmless' }]],
  ['a name that would write on a terminal', 'unsafe_path x.tar: ../?[31m', [{ name: '../\x1b[31m' }]],
  [
    'links in a circle',
    'link_loop /a',
    [
      { name: 'a', type: '2', link: 'b' },
      { name: 'b', type: '2', link: './a' },
    ],
  ],
  [
    'file capabilities',
    'setuid_file /ping',
    [pax({ 'SCHILY.xattr.security.capability': '\x01' }), { name: 'ping', text: 'x' }],
  ],
  ['a device', 'device_file /dev/sda', [{ name: 'dev/sda', type: '4' }]],
])('%s', async (_, wanted, entries) => {
  const findings = await found(tarOf(...entries, MAKE))
  expect(findings).toContain(wanted)
  expect(findings, 'and what follows is looked at').toContain(TOLD[0])
  const rules = new Set(findings.filter((one) => one !== TOLD[0]).map((one) => one.split(' ')[0]))
  expect([...rules]).toEqual([wanted.split(' ')[0]])
})

const header = (at: number, text: string) => {
  const bytes = entryBytes({ name: 'a', text: 'x' })
  bytes.write(text, at, 'latin1')
  return Buffer.concat([withChecksum(bytes.subarray(0, 512)), bytes.subarray(512)])
}

test.each<[string, Buffer]>([
  ['nothing', Buffer.alloc(0)],
  ['text', Buffer.from('this is no archive. '.repeat(100))],
  ['cut off in a header', tarOf(MAKE).subarray(0, 300)],
  ['cut off in a content', tarOf({ name: 'a', text: 'x'.repeat(3000) }).subarray(0, 1024)],
  ['a size beyond its end', Buffer.concat([entryBytes({ name: 'a', text: 'x', size: 8 ** 11 - 1 }), END])],
  ['a size that no number holds', Buffer.concat([entryBytes({ name: 'a', size: 2 ** 62 }), END])],
  ['a size that is none', header(124, '99999999999')],
  ['a wrong checksum', Buffer.concat([entryBytes(MAKE).fill(0x41, 0, 3), END])],
  ['a pax header of a gigabyte', Buffer.concat([entryBytes({ name: 'x', type: 'x', size: 1024 ** 3 }), END])],
  ['a pax record without an end', tarOf({ name: 'x', type: 'x', text: '99999 path=x' })],
  ['a gzip stream cut off', gzipSync(tarOf(MAKE)).subarray(0, 60)],
  ['a gzip stream with wrong bytes', Buffer.from(gzipSync(tarOf(MAKE))).fill(0xff, 20, 40)],
  [
    'an OCI index that is no JSON',
    tarOf({ name: 'index.json', text: '{' }, { name: 'oci-layout', text: '{}' }),
  ],
  ['a layer that is not there', tarOf({ name: 'manifest.json', text: '[{"Layers":["x/layer.tar"]}]' })],
  [
    'a digest that climbs',
    tarOf(
      { name: 'index.json', text: '{"manifests":[{"digest":"sha256:../../etc/passwd"}]}' },
      { name: 'oci-layout', text: '{}' },
    ),
  ],
  [
    'an index that names itself without end',
    (() => {
      const name = `blobs/sha256/${'a'.repeat(64)}`
      const text = JSON.stringify({ manifests: [{ digest: `sha256:${'a'.repeat(64)}` }] })
      return tarOf({ name, text }, { name: 'index.json', text }, { name: 'oci-layout', text: '{}' })
    })(),
  ],
])('%s: the archive is malformed, and it is said where', async (_, archive) => {
  const findings = await found(archive)
  expect(findings.map((one) => one.split(' ')[0])).toEqual(['archive_malformed'])
})

test('a header that says a gigabyte of itself is given up before it is waited for', async () => {
  const file = join(directory, 'header.tar')
  writeFileSync(file, Buffer.concat([entryBytes({ name: 'x', type: 'x', size: 1024 ** 3 }), END]))
  expect((await checkTar(file)).findings.map(({ message }) => message)).toEqual([
    'a header of 1073741824 bytes',
  ])
})

test('what was read before the fault counts', async () => {
  expect(await found(Buffer.concat([entryBytes(MAKE), Buffer.alloc(512, 0x41)]))).toEqual([
    'archive_malformed x.tar',
    ...TOLD,
  ])
})

test('a few bytes that become very many are given up, plain or within a layout', async () => {
  const bounds = { expandedBytes: 64 * 1024 ** 2, ratio: 100, harmlessBytes: 1024 ** 2 }
  const bomb = gzipSync(
    Buffer.concat([entryBytes({ name: 'zeros', size: 100 * 1024 ** 2 }), Buffer.alloc(20 * 1024 ** 2)]),
  )
  expect(await found(bomb, bounds)).toEqual(['archive_too_large x.tar'])
  expect((await found(dockerSave(bomb), bounds)).map((one) => one.split(' ')[0])).toEqual([
    'archive_too_large',
  ])
})

test('any bytes in a header give an answer', async () => {
  const bytes = fc.uint8Array({ minLength: 512, maxLength: 512 })
  const changed = fc
    .array(fc.tuple(fc.nat(511), fc.nat(255)), { minLength: 1, maxLength: 6 })
    .map((changes) => {
      const block = Buffer.from(entryBytes({ name: 'a/b', text: 'x' }))
      for (const [at, value] of changes) block[at] = value
      return Buffer.concat([withChecksum(block.subarray(0, 512)), block.subarray(512), END])
    })
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        bytes.map((block) => withChecksum(Buffer.from(block))),
        changed,
      ),
      async (archive) => {
        for (const one of await found(archive)) expect(one).toMatch(/^[a-z_]+ /)
      },
    ),
    { numRuns: 300 },
  )
})

test('a directory: FIFOs are not waited for, links not followed, what cannot be read is told', async () => {
  const tree = join(directory, 'walked')
  mkdirSync(join(tree, 'usr/bin'), { recursive: true })
  execFileSync('mkfifo', [join(tree, 'pipe')])
  symlinkSync('/', join(tree, 'all'))
  symlinkSync('loop', join(tree, 'loop'))
  writeFileSync(join(tree, 'usr/bin/make'), '\x7fELF', { mode: 0o755 })
  writeFileSync(join(tree, '.wh.x'), 'an ordinary name here')
  const { findings, checked } = await checkRootfs(tree)
  expect(findings.map(({ rule, place }) => `${rule} ${place}`)).toEqual([
    'link_loop /loop',
    'build_tool /usr/bin/make',
  ])
  expect(checked).toMatchObject({ kind: 'rootfs', entries: 7 })
})

test.each([
  ['is no file', () => checkTar(directory)],
  ['is no directory', () => checkRootfs(import.meta.filename)],
  ['cannot be read', () => checkTar(join(directory, 'not-there'))],
])('what is named wrongly is told: it %s', async (words, check) => {
  await expect(check()).rejects.toThrow(words)
})
