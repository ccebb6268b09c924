/** RC3: unit files with every oddity, legal and illegal: a named finding each, never a crash, never a guess. */
import { appendFileSync, rmSync } from 'node:fs'
import {
  AGENT,
  dropIn,
  lineOf,
  PRUNE,
  TARGET,
  testDrifts,
  unit,
  WATCHDOG,
  withGround,
} from './drift-matrix.ts'

const held = withGround()

testDrifts(held, [
  {
    name: 'an unknown specifier',
    broken: (ground) => ground.dropIn(PRUNE, '[Service]\nExecStart=\nExecStart=%Z/bin/node\n'),
    what: 'ExecStart=',
    source: `${dropIn(PRUNE)}:3`,
    found: /%Z/,
  },
  {
    name: 'a quote that does not end',
    broken: (ground) => ground.dropIn(AGENT, '[Service]\nExecStart=\nExecStart="/bin/node\n'),
    what: 'ExecStart=',
    source: `${dropIn(AGENT)}:3`,
    found: /quote/,
  },
  {
    name: 'no unit',
    broken: (ground) => rmSync(ground.at(unit(AGENT))),
    what: 'installed',
    source: unit(AGENT),
    found: /missing/,
  },
  {
    name: 'a masked unit',
    broken: (ground) => ground.link(unit(WATCHDOG), '/dev/null'),
    what: 'installed',
    source: unit(WATCHDOG),
    found: /masked/,
  },
  {
    name: 'a unit that links to itself',
    broken: (ground) => ground.link(unit(PRUNE), unit(PRUNE)),
    what: 'unit file',
    source: `${unit(PRUNE)}:1`,
    found: /link to nothing|ELOOP/,
    byHand: true,
  },
  {
    name: 'a unit of bytes',
    broken: (ground) => ground.write(unit(AGENT), Buffer.from([127, 69, 76, 70, 0, 255])),
    what: 'unit file',
    source: `${unit(AGENT)}:1`,
    found: /no text/,
  },
  {
    name: 'a drop-in of ten megabytes',
    broken: (ground) => ground.dropIn(AGENT, 'a=b\n'.repeat(2_621_440)),
    what: 'unit file',
    source: `${dropIn(AGENT)}:1`,
    found: /larger than/,
  },
  {
    name: 'a drop-in without a section',
    broken: (ground) => ground.dropIn(AGENT, '\nUser=root\n'),
    what: 'unit file',
    source: `${dropIn(AGENT)}:2`,
    found: /before any section/,
  },
  {
    name: 'a header that is none',
    broken: (ground) => appendFileSync(ground.at(unit(TARGET)), '[Service\n'),
    what: 'unit file',
    source: lineOf(unit(TARGET)),
    found: /header/,
  },
  {
    name: 'a unit of ten megabytes',
    broken: (ground) => ground.write(unit(AGENT), `[Service]\n${'User=holdfast\n'.repeat(748_983)}`),
    what: 'unit file',
    source: `${unit(AGENT)}:1`,
    found: /larger than/,
  },
  {
    name: 'units that link to each other',
    broken: (ground) => {
      ground.link(unit(PRUNE), '/usr/lib/systemd/system/holdfast-prune.service')
      ground.link('/usr/lib/systemd/system/holdfast-prune.service', unit(PRUNE))
    },
    what: 'unit file',
    source: `${unit(PRUNE)}:1`,
    found: /link to nothing|ELOOP/,
    byHand: true,
  },
  {
    name: 'drop-ins that link to each other',
    broken: (ground) => {
      ground.link(dropIn(AGENT), '60-test.conf')
      ground.link(dropIn(AGENT).replace('50', '60'), '50-test.conf')
    },
    what: 'unit file',
    source: `${dropIn(AGENT)}:1`,
    found: /link to nothing|ELOOP/,
  },
  {
    name: 'an include, and one that includes itself, which systemd reads no more',
    broken: (ground) => ground.dropIn(AGENT, `.include ${dropIn(AGENT)}\n[Service]\n`),
    what: 'unit file',
    source: `${dropIn(AGENT)}:1`,
    found: /assigns nothing/,
  },
  {
    name: 'a directory in place of a unit',
    broken: (ground) => {
      rmSync(ground.at(unit(AGENT)))
      ground.write(`${unit(AGENT)}/x`, '')
    },
    what: 'unit file',
    source: `${unit(AGENT)}:1`,
    found: /no regular file/,
    byHand: true,
  },
  {
    name: 'an empty unit',
    broken: (ground) => ground.write(unit(WATCHDOG), ''),
    what: 'ExecStart=',
    source: unit(WATCHDOG),
    found: /none/,
  },
  {
    name: 'a unit with no section but one that systemd does not know',
    broken: (ground) => ground.edit(unit(TARGET), '[Service]', '[Servce]'),
    what: 'ExecStart=',
    source: unit(TARGET),
    found: /none/,
  },
  {
    name: 'an escape that systemd does not know',
    broken: (ground) => ground.dropIn(AGENT, '[Service]\nExecStart=\nExecStart=/bin/\\qode\n'),
    what: 'ExecStart=',
    source: `${dropIn(AGENT)}:3`,
    found: /escape/,
  },
  {
    name: 'a command over fifty thousand lines',
    broken: (ground) => ground.dropIn(TARGET, `[Service]\nExecStart=${'/x \\\n'.repeat(50_000)}`),
    what: 'ExecStart=',
    source: `${dropIn(TARGET)}:2`,
    found: /2 commands/,
  },
  {
    name: 'a line that hides behind a carriage return in a comment',
    broken: (ground) => ground.dropIn(AGENT, '[Service]\n# harmless\rUser=root\n'),
    what: 'User=',
    source: `${dropIn(AGENT)}:2`,
    found: /root/,
  },
  {
    name: 'a carriage return within a line',
    broken: (ground) => ground.dropIn(AGENT, '[Service]\nNice=1\rNice=2\n'),
    what: 'unit file',
    source: `${dropIn(AGENT)}:2`,
    found: /carriage return/,
  },
  {
    name: 'a drop-in whose name moves the cursor, and has quotes',
    broken: (ground) => ground.dropIn(AGENT, '[Service]\nUser=root\n', "\u001b[2J'$(x)\n.conf"),
    what: 'User=',
    source: /:2$/,
    found: /root/,
  },
  {
    name: 'two keys in one drop-in, whose mends must not move each other’s lines',
    broken: (ground) => ground.dropIn(AGENT, '[Service]\nUser=\\\nroot\nGroup=x\nNice=1\nProtectHome=no\n'),
    what: 'Group=',
    source: `${dropIn(AGENT)}:4`,
    found: /^x$/,
  },
  {
    name: 'a user that only a running host knows',
    broken: (ground) => ground.dropIn(AGENT, '[Service]\nUser=%u\n'),
    what: 'User=',
    source: `${dropIn(AGENT)}:2`,
    found: /%u/,
  },
])
