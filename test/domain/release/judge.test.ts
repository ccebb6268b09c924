import { describe, expect, test } from 'vitest'
import { blocksOf } from '#domain/release/blocks.ts'
import { isSealIntact, type BuildIdentity } from '#domain/release/evidence.ts'
import { GATE_IDS } from '#domain/release/gates.ts'
import { judgeAll, judgeGate, type EvidenceReading, type ReasonCode } from '#domain/release/judge.ts'
import { NOTHING_PROMOTED } from '#domain/release/promotion.ts'
import { waiverFor, type Waiver } from '#domain/release/waiver.ts'
import { allPassed, BUILD, evidenceOf, NOW, plainHash, readingOf } from './sample-evidence.ts'

const HOUR = 3_600_000
const GATE = 'documentation'
const isThere = { build: BUILD, waivers: [], now: NOW }

describe('MG2 a gate has passed for what passed, on this build, and not too long ago', () => {
  test('with such evidence for each of them nothing stands before a cutover', () => {
    const judgements = judgeAll({ ...isThere, readings: allPassed() })
    expect(judgements.map(({ verdict }) => verdict)).toEqual(GATE_IDS.map(() => 'passed'))
    expect(blocksOf(judgements, NOTHING_PROMOTED, BUILD)).toEqual([])
  })

  const good = readingOf(evidenceOf(GATE))
  const on = (changed: Partial<BuildIdentity>) =>
    readingOf(evidenceOf(GATE, { build: { ...BUILD, ...changed } }))
  const cases: [string, EvidenceReading, ReasonCode][] = [
    ['was never run', { kind: 'none' }, 'not_run'],
    ['failed', readingOf(evidenceOf(GATE, { outcome: 'failed' })), 'failed'],
    ['could not be run', readingOf(evidenceOf(GATE, { outcome: 'not_run' })), 'not_run'],
    ['ran on another commit', on({ commit: 'd'.repeat(40) }), 'other_commit'],
    ['ran on another build', on({ build_hash: 'a'.repeat(64) }), 'other_build'],
    ['ran on another contract', on({ contract_version: '2026.10.1' }), 'other_contract'],
    ['ran on uncommitted changes', on({ tree: 'dirty' }), 'work_tree_dirty'],
    ['ran on a detached head', on({ head: 'detached' }), 'head_detached'],
    ['ran on nothing that has a commit', on({ commit: null }), 'commit_unknown'],
    ['is past its expiry', readingOf(evidenceOf(GATE, { expires_at: NOW - 1 })), 'expired'],
    [
      'is older than the gate allows, whatever it says itself',
      readingOf(
        evidenceOf(GATE, {
          started_at: NOW - 400 * HOUR,
          ended_at: NOW - 400 * HOUR,
          expires_at: NOW + HOUR,
        }),
      ),
      'expired',
    ],
    [
      'says that it ended in an hour',
      readingOf(evidenceOf(GATE, { ended_at: NOW + HOUR, expires_at: NOW + 2 * HOUR })),
      'clock_skew',
    ],
    ['ended before it began', readingOf(evidenceOf(GATE, { started_at: NOW })), 'clock_skew'],
    ['cannot be read', { kind: 'unreadable', why: 'no JSON' }, 'tampered'],
    ['was changed afterwards', { ...good, isIntact: false } as EvidenceReading, 'tampered'],
    ['is that of another gate', readingOf(evidenceOf('rehearsal')), 'tampered'],
    ['stands in no audit trail', { ...good, isRecorded: false } as EvidenceReading, 'not_recorded'],
    [
      'has an audit trail that cannot be read',
      { ...good, isRecorded: null } as EvidenceReading,
      'not_recorded',
    ],
  ]

  test.each(cases)(
    'evidence that %s is not passed, blocks alone, and says what helps',
    (_, reading, code) => {
      const judgements = judgeAll({ ...isThere, readings: { ...allPassed(), [GATE]: reading } })
      const blocks = blocksOf(judgements, NOTHING_PROMOTED, BUILD)
      expect(blocks.map(({ gate }) => gate)).toEqual(blocks.map(() => GATE))
      expect(blocks.map((block) => block.code)).toContain(`gate_${code}`)
      for (const { message, unblock } of blocks) {
        expect(message).toMatch(/^documentation: \w/)
        expect(unblock).toMatch(/holdfast (gates run --only documentation|audit verify)/)
      }
    },
  )

  test('an unbuilt tree passes nothing', () => {
    const { reasons } = judgeGate(GATE, {
      ...isThere,
      build: { ...BUILD, build_hash: null },
      readings: allPassed(),
    })
    expect(reasons.map(({ code }) => code)).toEqual(['not_built'])
  })

  test('what is new in the evidence by a second is still this moment', () => {
    const reading = readingOf(evidenceOf(GATE, { ended_at: NOW + 1000, expires_at: NOW + HOUR }))
    expect(judgeGate(GATE, { ...isThere, readings: { [GATE]: reading } })).toMatchObject({
      verdict: 'passed',
      ageMs: 0,
    })
  })
})

describe('MG2 the seal of evidence', () => {
  const evidence = evidenceOf(GATE, { figures: [{ name: 'n', value: 1, unit: null, limit: null }] })

  test('holds in whatever order the fields were written', () => {
    const turned = Object.fromEntries(Object.entries(evidence).toReversed()) as typeof evidence
    expect(isSealIntact(turned, plainHash)).toBe(true)
  })

  test.each([
    ['outcome', { outcome: 'failed' as const }],
    ['expiry', { expires_at: evidence.expires_at + 1 }],
    ['build', { build: { ...BUILD, commit: 'd'.repeat(40) } }],
    ['figure', { figures: [{ name: 'n', value: 2, unit: null, limit: null }] }],
  ])('breaks with another %s', (_, changed) => {
    expect(isSealIntact({ ...evidence, ...changed }, plainHash)).toBe(false)
  })
})

describe('MG3 a waiver', () => {
  const waiver: Waiver = {
    gate: GATE,
    name: 'Ana',
    reason: 'the page is being written',
    until: NOW + HOUR,
    commit: BUILD.commit,
    build_hash: BUILD.build_hash,
  }
  const readings = { ...allPassed(), [GATE]: { kind: 'none' } as const }

  test('lets its gate pass, which is told apart from having passed', () => {
    const judgements = judgeAll({ ...isThere, readings, waivers: [waiver] })
    expect(judgements.find(({ gate }) => gate === GATE)).toMatchObject({
      verdict: 'waived',
      reasons: [{ code: 'not_run' }],
      waiver: { name: 'Ana' },
    })
    expect(blocksOf(judgements, NOTHING_PROMOTED, BUILD)).toEqual([])
  })

  test.each<[string, Partial<Waiver>]>([
    ['is over', { until: NOW }],
    ['would last for ever', { until: NOW + 400 * 24 * HOUR }],
    ['is for another gate', { gate: 'rehearsal' }],
    ['is for another build', { build_hash: 'a'.repeat(64) }],
    ['is for another commit', { commit: 'd'.repeat(40) }],
    ['has no name', { name: '' }],
    ['has no reason', { reason: '' }],
  ])('that %s lets nothing pass', (_, changed) => {
    expect(waiverFor(GATE, [{ ...waiver, ...changed }], { build: BUILD, now: NOW })).toBeNull()
  })

  test('is replaced by a later one for the same gate, also where that is over', () => {
    const ended = { ...waiver, until: NOW - 1 }
    expect(waiverFor(GATE, [waiver, ended], { build: BUILD, now: NOW })).toBeNull()
  })
})

describe('MG3 a build that was rolled back', () => {
  test('is held, whatever its gates say, until a person brings it back', () => {
    const held = {
      commit: BUILD.commit,
      build_hash: BUILD.build_hash,
      at: NOW,
      by: 'local:ops',
      reason: 'bad',
    }
    const judgements = judgeAll({ ...isThere, readings: allPassed() })
    const blocks = blocksOf(judgements, { ...NOTHING_PROMOTED, held: [held] }, BUILD)
    expect(blocks).toMatchObject([{ code: 'rolled_back', gate: null }])
    expect(
      blocksOf(judgements, { ...NOTHING_PROMOTED, held: [held] }, { ...BUILD, build_hash: 'e' }),
    ).toEqual([])
  })
})
