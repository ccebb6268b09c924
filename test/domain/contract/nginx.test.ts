import { describe, expect, test } from 'vitest'
import { lastResortPage } from '#domain/contract/last-resort-page.ts'
import { nginxLayout, nginxServer, nginxSubPath } from '#domain/contract/nginx.ts'
import { quoted } from '#domain/contract/nginx-text.ts'
import { FIELDS } from '#domain/config/fields.ts'
import { publicStateText, PUBLIC_STATE_FIELDS } from '#domain/health/public-state.ts'
import { SWITCH_SOURCES, switchFileName } from '#domain/navigation/kill-switch.ts'
import type { RuntimeContract } from '#domain/schemas/runtime-contract.ts'
import { sampleHealth } from '../health/health-sample.ts'
import shipped from '../../../deploy/runtime-contract.json' with { type: 'json' }

const contract = shipped as RuntimeContract

test('RC1 the agent’s address is the preset of its settings', () => {
  expect(nginxLayout(contract).agent).toBe(`${FIELDS.host.preset}:${FIELDS.port.preset}`)
})

describe.each([
  ['a server of its own', nginxServer(contract)],
  ['a path of a server', nginxSubPath(contract)],
])('%s', (_what, text) => {
  test('SH3 looks for every file that can engage anything', () => {
    for (const { place, kind, route } of SWITCH_SOURCES) {
      const directory = place === 'state' ? contract.paths.state_dir : contract.paths.runtime_dir
      const name = switchFileName({ kind, route })
      const asked = route === null ? name : name.replace(/[^/]+$/, '$holdfast_route')
      expect(text).toContain(`if (-e "${directory}/${asked}")`)
      if (route !== null) expect(text).toContain(`{ set $holdfast_route ${route}; }`)
    }
  })

  test('SE6 hands on nothing that only a proxy may say of a person', () => {
    for (const name of ['Proxy-Secret', 'User', 'Role']) {
      expect(text).toContain(`proxy_set_header X-Holdfast-${name} "";`)
    }
  })
})

test.each([
  ['/with space', '"/with space"'],
  ['/a"b\\c', '"/a\\"b\\\\c"'],
  ['/a;b{c}', '"/a;b{c}"'],
])('BI1 %j is one word of the configuration', (text, word) => {
  expect(quoted(text)).toBe(word)
})

test('BI1 a path that nginx would take for a variable is refused, with the path', () => {
  expect(() => nginxServer({ ...contract, paths: { ...contract.paths, state_dir: '/var/$x' } })).toThrow(
    '/var/$x',
  )
})

test('SH3 the page takes the lines apart that the agent writes, whatever a target says', () => {
  const [, source = ''] = /expr="\$known = \/(.+?)\/" -->/.exec(lastResortPage(contract)) ?? []
  const pattern = new RegExp(source.replaceAll('(?P<', '(?<').replaceAll('[[:cntrl:]]', '\\n'))
  const health = {
    ...sampleHealth({}),
    status: 'degraded' as const,
    degraded_reason: `a\nb\r\u2028${'ü'.repeat(5000)}`,
  }
  const text = publicStateText(health, { at: Date.UTC(2026, 10, 27), watchdogRunning: true })
  expect(text.split('\n')).toHaveLength(PUBLIC_STATE_FIELDS.length + 1)
  expect(Buffer.byteLength(text)).toBeLessThan(16 * 1024)
  expect(pattern.exec(text)?.groups).toMatchObject({ at: '2026-11-27 00:00:00 UTC', level: 'Degraded' })
})
