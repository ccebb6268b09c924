/** RC1, RC3: the contract file itself, broken in one place: a named finding, and nothing else is guessed from it. */
import { rmSync } from 'node:fs'
import { expect, test } from 'vitest'
import { INSTALLED_CONTRACT } from '#domain/contract/deployment.ts'
import { PREFIX, type DriftGround } from './drift-ground.ts'
import { reinstall, unit, UNITS, withGround } from './drift-matrix.ts'

const held = withGround()

const BROKEN: { name: string; broken: (ground: DriftGround) => void; what: string; found: RegExp }[] = [
  {
    name: 'no file',
    broken: (ground) => rmSync(ground.at(INSTALLED_CONTRACT)),
    what: 'contract file',
    found: /missing/,
  },
  {
    name: 'a directory',
    broken: (ground) => {
      rmSync(ground.at(INSTALLED_CONTRACT))
      ground.write(`${INSTALLED_CONTRACT}/x`, '')
    },
    what: 'contract file',
    found: /no regular file/,
  },
  {
    name: 'a link to itself',
    broken: (ground) => ground.link(INSTALLED_CONTRACT, INSTALLED_CONTRACT),
    what: 'contract file',
    found: /ELOOP|missing/,
  },
  {
    name: 'a path that would end a line of a unit and begin another',
    broken: (ground) => ground.edit(INSTALLED_CONTRACT, '/bin/node"', '/bin/node\\nUser=root"'),
    what: 'binaries.node',
    found: /User=root/,
  },
  {
    name: 'a path that reads otherwise than it is',
    broken: (ground) => ground.edit(INSTALLED_CONTRACT, '/bin/node"', '/bin/\u202enode"'),
    what: 'binaries.node',
    found: /node/,
  },
  {
    name: 'ten megabytes',
    broken: (ground) => ground.write(INSTALLED_CONTRACT, ' '.repeat(10 * 1024 * 1024)),
    what: 'contract file',
    found: /larger than/,
  },
  {
    name: 'bytes',
    broken: (ground) => ground.write(INSTALLED_CONTRACT, Buffer.from([127, 69, 76, 70, 0, 255])),
    what: 'the document',
    found: /text that is none/,
  },
  {
    name: 'nothing',
    broken: (ground) => ground.write(INSTALLED_CONTRACT, ''),
    what: 'the document',
    found: /nothing/,
  },
  {
    name: 'no JSON',
    broken: (ground) => ground.write(INSTALLED_CONTRACT, '{'),
    what: 'the document',
    found: /text that is none/,
  },
  {
    name: 'a thousand levels',
    broken: (ground) => ground.write(INSTALLED_CONTRACT, `${'['.repeat(1000)}${']'.repeat(1000)}`),
    what: 'the document',
    found: /a list of 1/,
  },
  {
    name: 'a wrong version',
    broken: (ground) => ground.edit(INSTALLED_CONTRACT, '2026.11.1', 'one'),
    what: 'version',
    found: /one/,
  },
  {
    name: 'a key that stands twice',
    broken: (ground) => ground.edit(INSTALLED_CONTRACT, '"user"', '"bind":"127.0.0.1:9999","user"'),
    what: 'bind',
    found: /again in line \d+/,
  },
  {
    name: 'an unknown key',
    broken: (ground) => ground.edit(INSTALLED_CONTRACT, '"user"', '"usr":"x","user"'),
    what: 'usr',
    found: /unknown key/,
  },
  {
    name: 'a key that is none of its own',
    broken: (ground) => ground.edit(INSTALLED_CONTRACT, '"user"', '"constructor":{},"user"'),
    what: 'constructor',
    found: /unknown key/,
  },
  {
    name: 'a relative path',
    broken: (ground) => ground.edit(INSTALLED_CONTRACT, '"/var/lib/holdfast"', '"var/lib/holdfast"'),
    what: 'paths.state_dir',
    found: /var\/lib\/holdfast/,
  },
  {
    name: 'no bind',
    broken: (ground) =>
      ground.write(INSTALLED_CONTRACT, JSON.stringify({ ...ground.contract, bind: undefined })),
    what: 'bind',
    found: /nothing/,
  },
]

test.each(BROKEN)('RC3 $name', ({ broken, what, found }) => {
  broken(held.ground)
  expect(held.ground.findings()).toEqual([
    expect.objectContaining({
      what,
      found: expect.stringMatching(found) as string,
      source: INSTALLED_CONTRACT,
      mend: expect.stringContaining(INSTALLED_CONTRACT) as string,
    }),
  ])
})

test('RC3 a flag outside of the runtime directory', () => {
  const { ground } = held
  reinstall(ground, { paths: { ...ground.contract.paths, restart_flag: '/tmp/flag' } })
  expect(ground.findings()).toMatchObject([{ what: 'paths.restart_flag', found: '"/tmp/flag"' }])
})

test('RC3 without conda, or for a demonstration, conda does not apply, and that is said', () => {
  const { ground } = held
  rmSync(ground.at(`${PREFIX}/conda-meta`), { recursive: true })
  for (const change of [{ kind: 'demonstration' as const }, { conda: null }]) {
    reinstall(ground, change)
    expect(ground.findings()).toEqual([])
    expect(ground.items().filter(({ what }) => what === 'conda')).toMatchObject([{ state: 'not_applicable' }])
  }
})

test('RC7 a demonstration is not run by systemd: no unit of it is missed, and one that is there is compared', () => {
  const { ground } = held
  reinstall(ground, { kind: 'demonstration' })
  rmSync(ground.at(UNITS), { recursive: true })
  // Nor of an account: it is whoever started it.
  ground.write('/etc/passwd', '')
  expect(ground.findings()).toEqual([])
  expect(ground.items().filter(({ what }) => what === 'installed')).toMatchObject(
    Array.from({ length: 4 }, () => ({ state: 'not_applicable' })),
  )
  ground.install()
  ground.edit(unit('holdfast-agent.service'), 'User=holdfast', 'User=root')
  expect(ground.findings()).toMatchObject([{ what: 'User=', found: 'root' }])
})
