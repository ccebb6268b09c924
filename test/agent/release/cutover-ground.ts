/** A host in a scratch root with two releases, of which the second is this build: real links, a real switch, a real journal. */
import { cpSync, mkdirSync, mkdtempSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readSwitchView } from '#agent/operator/kill-switch.ts'
import { recordRelease } from '#agent/operator/record-release.ts'
import { cutOver } from '#agent/release/cut-over.ts'
import { writeEvidence } from '#agent/release/evidence-store.ts'
import { readPromotion } from '#agent/release/promotion-file.ts'
import { readBuild } from '#agent/release/read-build.ts'
import { switchCurrent } from '#agent/release/releases.ts'
import { holdPromoted, rollBackRelease, settleRollback } from '#agent/release/rollback-release.ts'
import { loadSettings, type Settings } from '#agent/settings/settings.ts'
import { operatorJournalPath } from '#agent/store/journal-paths.ts'
import { sha256 } from '#agent/store/row-hash.ts'
import { openJournalReader } from '#agent/store/sqlite-journal.ts'
import { systemClock } from '#agent/system/clock.ts'
import { sealed, type Evidence } from '#domain/release/evidence.ts'
import { GATE_IDS, gateSpec, type GateId } from '#domain/release/gates.ts'
import type { Promotion } from '#domain/release/promotion.ts'
import { OperatorGround } from '../operator/place.ts'

export const PLANTED = { code: 'planted', message: 'a fault was planted', mend: 'take it out' }

export class CutoverGround {
  readonly operators: Pick<OperatorGround, 'stateDir' | 'runtimeDir' | 'remove'>
  readonly root = mkdtempSync(join(tmpdir(), 'holdfast-root-'))
  readonly env: Record<'HOLDFAST_STATE_DIR' | 'HOLDFAST_RUNTIME_DIR', string>
  readonly settings: Settings
  readonly release = join(this.root, 'checkout')

  /** Of somebody who is there already, where it is said whose directories. */
  constructor(operators: CutoverGround['operators'] = new OperatorGround()) {
    this.operators = operators
    this.env = { HOLDFAST_STATE_DIR: operators.stateDir, HOLDFAST_RUNTIME_DIR: operators.runtimeDir }
    this.settings = loadSettings(this.env, null)
    this.#writeRelease('1')
    cpSync(this.#writeRelease('2'), this.release, { recursive: true })
    switchCurrent(this.root, { name: '1' })
    writeFileSync(this.at('navigation.off'), '')
  }

  /** As this one is now, on ground of its own. */
  copy(): CutoverGround {
    const copy = new CutoverGround()
    for (const [from, to] of [
      [this.root, copy.root],
      [this.operators.stateDir, copy.operators.stateDir],
    ] as const) {
      rmSync(to, { recursive: true })
      cpSync(from, to, { recursive: true, verbatimSymlinks: true })
    }
    return copy
  }

  at(name: string): string {
    return join(this.operators.stateDir, name)
  }

  get current(): string {
    return readlinkSync(join(this.root, 'opt/holdfast/current'))
  }

  get isClassic(): boolean {
    return readSwitchView(this.settings).engaged
  }

  get promotion(): Promotion {
    const reading = readPromotion(this.operators.stateDir)
    if (reading.kind === 'unreadable') throw new Error(reading.why)
    return reading.promotion
  }

  cut(again: string | null = null): ReturnType<typeof cutOver> {
    const { settings, root, release } = this
    return cutOver({ settings, root, release, again, clock: systemClock })
  }

  /** The release half, as the command does it. */
  async goBack(): Promise<string[]> {
    const { settings, root, release } = this
    const deadline = systemClock.monotonicNow() + 1000
    const ask = { settings, root, release, clock: systemClock, deadline, say: () => {} }
    const asked = { ...ask, reason: 'errors since the cutover' }
    await holdPromoted(asked)
    const steps = [...(await rollBackRelease(asked))]
    const success = steps.every(({ outcome }) => outcome === 'done')
    await settleRollback(asked, { parts: ['release'], success, took_ms: 12, target_ms: 30_000, steps })
    return steps.map(({ name, outcome }) => `${name} ${outcome}`)
  }

  async cutoverRows(): Promise<string[]> {
    const reader = openJournalReader(operatorJournalPath(this.operators.stateDir))
    const rows = await reader.read(0, 1000)
    await reader.close()
    return rows.flatMap(({ event }) =>
      event.type === 'cutover' ? [`${event.step} ${event.success ? 'well' : 'not'}`] : [],
    )
  }

  /** As a run of all gates leaves it. */
  async prove({
    without = [],
    failed = [],
  }: Partial<Record<'without' | 'failed', readonly GateId[]>> = {}): Promise<void> {
    const { stateDir } = this.operators
    const [build, now] = [await readBuild(this.release), systemClock.wallNow()]
    const evidence = GATE_IDS.filter((gate) => !without.includes(gate)).map((gate): Evidence =>
      sealed(
        {
          format: 'holdfast.evidence/1',
          gate,
          run_id: 'run',
          build: { ...build, commit: 'c'.repeat(40), head: 'branch', tree: 'clean' },
          outcome: failed.includes(gate) ? 'failed' : 'passed',
          started_at: now - 2000,
          ended_at: now - 1000,
          expires_at: now - 1000 + gateSpec(gate).validMs,
          duration_ms: 1000,
          command: 'a gate',
          checks: 1,
          figures: [],
          findings: failed.includes(gate) ? [PLANTED] : [],
          hashes: [],
        },
        sha256,
      ),
    )
    for (const one of evidence) await writeEvidence(stateDir, one)
    const results = evidence.map(({ gate, outcome, hash }) => ({ gate, outcome, evidence: hash }))
    const { build_hash } = build
    await recordRelease(this.settings, {
      type: 'gates_run',
      run_id: 'run',
      commit: null,
      build_hash,
      results,
    })
  }

  remove(): void {
    this.operators.remove()
    rmSync(this.root, { recursive: true, force: true })
  }

  #writeRelease(name: string): string {
    const directory = join(this.root, 'opt/holdfast/releases', name)
    for (const [file, text] of [
      ['build/agent/holdfast.js', `run(${name})`],
      ['dist/index.html', '<p>'],
      ['deploy/runtime-contract.json', '{"version":"2026.11.1"}'],
      ['package.json', '{"version":"1.0.0"}'],
    ] as const) {
      mkdirSync(join(directory, file, '..'), { recursive: true })
      writeFileSync(join(directory, file), text)
    }
    return directory
  }
}
