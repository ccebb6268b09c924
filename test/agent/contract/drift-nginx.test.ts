/** RC3: the installed file of the proxy against the ports of target and agent. */
import { expect, test } from 'vitest'
import shipped from '../../../deploy/nginx/holdfast.conf?raw'
import { ENV, testDrifts, withGround } from './drift-matrix.ts'

const FILE = '/etc/nginx/conf.d/holdfast.conf'
const held = withGround((ground) => ground.write(FILE, shipped))
const passLine = 1 + shipped.split('\n').findIndex((line) => line.includes('proxy_pass'))
const listenLine = 1 + shipped.split('\n').findIndex((line) => line.includes('listen '))

test('RC3 the file that is shipped agrees, and without one nothing is claimed', () => {
  const { ground } = held
  expect(ground.findings()).toEqual([])
  const looked = () => ground.items().filter(({ scope }) => scope === 'nginx')
  const told = new Set(looked().map(({ what, state }) => `${what} ${state}`))
  expect(told).toEqual(new Set(['proxy_pass ok', 'listen ok']))
  ground.apply(`rm ${ground.at(FILE)}`)
  expect(looked()).toMatchObject([{ state: 'not_applicable' }])
})

test('RC3 what lies ready for nginx counts only where nginx includes it', () => {
  const { ground } = held
  const ready = '/etc/holdfast/nginx/holdfast-sub-path.conf'
  ground.apply(`rm ${ground.at(FILE)}`)
  ground.write(ready, 'location / { proxy_pass http://127.0.0.1:9999; }\n')
  expect(ground.findings()).toEqual([])
  ground.write('/etc/nginx/sites-enabled/site', `server {\n  include ${ready};\n}\n`)
  expect(ground.findings()).toMatchObject([{ what: 'proxy_pass', source: `${ready}:1` }])
})

testDrifts(held, [
  {
    name: 'a proxy that asks another port',
    broken: (ground) => ground.edit(FILE, '127.0.0.1:8787', '127.0.0.1:9999'),
    what: 'proxy_pass',
    source: `${FILE}:${passLine}`,
    found: /9999/,
  },
  {
    name: 'a proxy that asks another host',
    broken: (ground) => ground.edit(FILE, '127.0.0.1:8787', '10.1.2.3:8787/x'),
    what: 'proxy_pass',
    source: `${FILE}:${passLine}`,
    found: /10\.1\.2\.3/,
  },
  {
    name: 'an agent on another port than the proxy asks',
    broken: (ground) => ground.apply(`echo HOLDFAST_PORT=8788 >> ${ground.at(ENV)}`),
    what: 'proxy_pass',
    source: `${FILE}:${passLine}`,
    found: /8787/,
  },
  {
    name: 'a proxy that asks another port by way of an upstream',
    broken: (ground) => {
      ground.edit(FILE, '127.0.0.1:8787', 'holdfast')
      ground.edit(FILE, 'server {', 'upstream holdfast { server 127.0.0.1:1; keepalive 4; }\nserver {')
    },
    what: 'server',
    source: /holdfast\.conf:\d+$/,
    found: /127\.0\.0\.1:1$/,
  },
  {
    name: 'a proxy on the port of the target',
    broken: (ground) => ground.edit(FILE, '127.0.0.1:8780', '8080'),
    what: 'listen',
    source: `${FILE}:${listenLine}`,
    found: /8080/,
    byHand: true,
  },
  {
    name: 'a file with a block that does not end',
    broken: (ground) => ground.write(FILE, 'server { listen 80;\n'),
    what: 'nginx configuration',
    source: /:\d+$/,
    found: /does not end/,
    byHand: true,
  },
  {
    name: 'a file of bytes',
    broken: (ground) => ground.write(FILE, Buffer.from([0, 255, 1])),
    what: 'nginx configuration',
    source: `${FILE}:1`,
    found: /no text/,
    byHand: true,
  },
])

test.each([
  [
    'an upstream that asks the agent',
    'upstream h { server localhost:8787; } server { proxy_pass http://h; }',
  ],
  ['the target itself', 'server { location /a { proxy_pass http://127.0.0.1:8080; } }'],
  ['an address with a path', 'server { proxy_pass http://127.0.0.1:8787/; }'],
  ['quotes and comments', 'server { # proxy_pass http://x:1;\n "proxy_pass" "http://[::1]:8787"; }'],
])('RC4 no alarm: %s', (_, text) => {
  held.ground.write(FILE, text)
  expect(held.ground.findings()).toEqual([])
})

test.each([
  ['an address that only nginx knows', 'server { proxy_pass http://${backend}; }', /only nginx knows/],
  ['a file that asks nobody', 'server { listen 80; }', /asks nobody/],
])('RC3 not checked, and why: %s', (_, text, why) => {
  held.ground.write(FILE, text)
  expect(held.ground.findings()).toMatchObject([
    { state: 'not_checked', why: expect.stringMatching(why) as string },
  ])
})
