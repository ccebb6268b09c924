/** One row of the drift matrix: a deployment that is as it should be, broken in one place, found there, and mended as told. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { RuntimeContract } from '#domain/schemas/runtime-contract.ts'
import { DriftGround } from './drift-ground.ts'

export const [TARGET, WATCHDOG, AGENT, PRUNE] = ['target', 'watchdog', 'agent', 'prune'].map(
  (name) => `holdfast-${name}.service`,
) as [string, string, string, string]
export const UNITS = '/etc/systemd/system'
export const ENV = '/etc/holdfast/holdfast.env'

export const unit = (name: string) => `${UNITS}/${name}`
export const dropIn = (name: string) => `${UNITS}/${name}.d/50-test.conf`
export const lineOf = (file: string) => new RegExp(`^${file}:\\d+$`.replaceAll('.', '\\.'))

export interface Drift {
  readonly name: string
  readonly broken: (ground: DriftGround) => void
  readonly what: string
  /** `file:line`, or its end. */
  readonly source: string | RegExp
  readonly found: RegExp
  /** Which no command of ours can mend: then it says in words how. */
  readonly byHand?: true
}

/** A ground of its own for each test of a file. */
export function withGround(prepare: (ground: DriftGround) => void = () => undefined): {
  ground: DriftGround
} {
  const held = {} as { ground: DriftGround }
  beforeEach(() => {
    held.ground = new DriftGround()
    prepare(held.ground)
  })
  afterEach(() => held.ground.remove())
  return held
}

export function testDrifts(held: { readonly ground: DriftGround }, drifts: readonly Drift[]): void {
  test.each(drifts)('RC3 $name', ({ broken, what, source, found, byHand }) => {
    const { ground } = held
    broken(ground)
    const findings = ground.findings()
    const finding = findings.find((one) => one.what === what)
    expect(finding, JSON.stringify(findings, null, 1)).toBeDefined()
    if (typeof source === 'string') expect(finding?.source).toBe(source)
    else expect(finding?.source).toMatch(source)
    expect(finding?.found ?? finding?.why).toMatch(found)
    if (byHand === true) {
      expect(finding?.mend).toMatch(/\w+ \S+/)
      return
    }

    // A mend may bring to light what the first finding hid.
    let left = findings
    for (let round = 0; round < 3 && left.length > 0; round += 1) {
      for (const mend of new Set(left.map((one) => one.mend))) ground.apply(mend ?? 'false')
      left = ground.findings()
    }
    expect(left).toEqual([])
  })
}

/** With another contract, installed everywhere. */
export function reinstall(ground: DriftGround, change: Partial<RuntimeContract>): void {
  ground.contract = { ...ground.contract, ...change }
  ground.install()
}
