/** SH3: which addresses nginx takes for which route. */
import { expect, test } from 'vitest'
import { addressPattern } from '#domain/navigation/addresses.ts'
import { NAVIGATION } from '#domain/navigation/manifest.ts'

const routesAt = (address: string) =>
  NAVIGATION.filter(({ path }) => new RegExp(`^${addressPattern(path)}`, 'i').test(address)).map(
    ({ id }) => id,
  )

test('SH3 each path of the manifest is its own route’s alone, whatever the query', () => {
  for (const { id, path } of NAVIGATION) {
    for (const query of ['', '?window=1h', '?from=/other']) expect(routesAt(`${path}${query}`)).toEqual([id])
  }
})

test.each<[string, string[]]>([
  ['/AUDIT', ['audit']],
  ['/audit/', ['audit']],
  ['/audit/?x', ['audit']],
  ['/audits', []],
  ['/audit/deeper', []],
  ['/deep/audit', []],
  ['//audit', []],
  ['/a%75dit', []],
  ['/index.html', []],
])('SH3 %j shows %j, as in the console’s router', (address, routes) => {
  expect(routesAt(address)).toEqual(routes)
})
