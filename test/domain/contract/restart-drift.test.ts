import { expect, test } from 'vitest'
import { drifted, matches, notChecked, RUNNING_SCOPE, type CheckItem } from '#domain/contract/check-item.ts'
import { NGINX_SCOPE } from '#domain/contract/compare-nginx.ts'
import { loadedItemName } from '#domain/contract/loaded-unit.ts'
import { appliedDrift } from '#domain/contract/restart-drift.ts'

const TARGET = 'holdfast-target.service'
const at = (scope: string, what = 'User=') => ({ scope, what, source: 'a:1', against: 'b' })
const drift = (scope: string, what?: string): CheckItem =>
  drifted(at(scope, what), { expected: 'a', found: 'b', mend: 'c' })

test.each([
  ['of the contract', drift('contract'), 1],
  ['of the target’s unit', drift(TARGET), 1],
  ['that the strict check could not look at', notChecked(at(TARGET), 'a quote that does not end'), 1],
  ['between disk and what systemd has loaded of it', drift(RUNNING_SCOPE, loadedItemName(TARGET)), 1],
  ['of another unit', drift('holdfast-agent.service'), 0],
  ['of another unit as loaded', drift(RUNNING_SCOPE, loadedItemName('holdfast-agent.service')), 0],
  ['of what runs, which a restart ends', drift(RUNNING_SCOPE, `${TARGET}: executable`), 0],
  ['of the proxy', drift(NGINX_SCOPE), 0],
  ['none', matches(at(TARGET), 'a'), 0],
])('RC5 a restart of the service puts drift into force: %s', (_, item, count) => {
  expect(appliedDrift([item], { rung: 'service', unit: TARGET })).toHaveLength(count)
})

test('RC5 a reload and a rolling replacement keep what runs, and put nothing else into force', () => {
  for (const rung of ['reload', 'roll'] as const) {
    expect(appliedDrift([drift('contract'), drift(TARGET)], { rung, unit: TARGET })).toEqual([])
  }
})
