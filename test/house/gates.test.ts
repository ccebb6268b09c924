/** MG1: each gate's judgement finds exactly what is broken, planted; the gates themselves run by `holdfast gates run`. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { reaches, ROLES } from '#domain/access/roles.ts'
import { DRAWERS, NAVIGATION } from '#domain/navigation/manifest.ts'
import { GATE_IDS, gateSpec } from '#domain/release/gates.ts'
import { lookAtBuild } from '../gates/build-checks.ts'
import { commandsIn, lookAtDocument } from '../gates/doc-checks.ts'
import { factsOfCheckout, lookAtDocuments } from '../gates/documents.ts'
import { compareDrawers, type DrawerBaseline } from '../gates/drawers.ts'
import { judgeClients } from '../gates/polite-clients.ts'
import { PLANTED_FAULTS } from '../gates/planted-faults.ts'
import { comparable, judgePoint } from '../gates/parity-points.ts'
import { judgeBreaker, judgeRefusal } from '../gates/resilience-judge.ts'
import { judgeHealth, type SeenHealth } from '../gates/health-judge.ts'
import baseline from '../gates/drawer-visibility.json' with { type: 'json' }
import { ROOT } from '../support/holdfast.ts'

test('MG1 every gate that is a program of the checkout is there', () => {
  const programs = GATE_IDS.map((id) => gateSpec(id).program)
  const missing = programs.filter(
    (program) => program.kind === 'script' && !existsSync(join(ROOT, program.file)),
  )
  expect(missing).toEqual([])
})

test.each(GATE_IDS)('MG1 the fault that is planted for %s has its place: what it replaces is there', (id) => {
  const { file, from } = PLANTED_FAULTS[id]
  expect(readFileSync(join(ROOT, file), 'utf8')).toContain(from)
})

describe('MG5 the documentation', () => {
  const facts = factsOfCheckout()
  const codes = (text: string) =>
    lookAtDocument('docs/sample.md', text, facts).findings.map(({ code }) => code)
  const GOOD = `# A title\n\nSee [the runbook](runbook.md#maintenance), \`src/domain\`, \`holdfast status --watch\`, version ${facts.contractVersion}.\n`

  test('of this checkout says what is there', () => {
    expect(lookAtDocuments().findings).toEqual([])
  })

  test.each([
    ['nothing wrong', GOOD, []],
    ['a link to no file', GOOD.replace('runbook.md', 'runbok.md'), ['link_broken']],
    ['a link to no heading', GOOD.replace('#maintenance', '#maintenence'), ['link_broken']],
    ['a file that is gone', GOOD.replace('src/domain', 'src/domian'), ['file_missing']],
    ['a command that there is not', GOOD.replace('holdfast status', 'holdfast statsu'), ['command_unknown']],
    ['an option that there is not', GOOD.replace('--watch', '--wach'), ['command_unknown']],
    ['an unknown script', `${GOOD}\n\`npm run chekc\`\n`, ['script_unknown']],
    ['another contract version', GOOD.replace(facts.contractVersion, '2024.1.1'), ['contract_version']],
    ['two titles', `${GOOD}\n# Another\n`, ['heading']],
    ['a skipped level', `${GOOD}\n### Deep\n`, ['heading']],
    [
      'a block that is not what is there',
      `${GOOD}\n<!-- made: single-port -->\nport 1\n<!-- /made -->\n`,
      ['block_stale'],
    ],
    ['a block that nobody makes', `${GOOD}\n<!-- made: nothing -->\n\n<!-- /made -->\n`, ['block_unknown']],
    ['a block without an end', `${GOOD}\n<!-- made: gates -->\n`, ['block_open']],
  ])('with %s', (_, text, found) => {
    expect(codes(text)).toEqual(found)
  })

  test('is searched for commands in code alone, in whatever they stand', () => {
    const text =
      'say holdfast nothing\n`npx holdfast status`\n```\nX=1 holdfast gates run --json | jq .\n```\n'
    expect(commandsIn(text)).toEqual([['status'], ['gates', 'run', '--json']])
  })
})

describe('MG1 build integrity', () => {
  let dist: string
  const write = (name: string, text: string | Uint8Array) => writeFileSync(join(dist, name), text)
  beforeEach(() => {
    dist = mkdtempSync(join(tmpdir(), 'holdfast-dist-'))
    mkdirSync(join(dist, 'assets'))
    write('index.html', '<script src="./assets/main-abcd1234.js"></script>')
    write('assets/main-abcd1234.js', 'import("./page-efgh5678.js")')
    write('assets/page-efgh5678.js', 'show()')
  })
  afterEach(() => rmSync(dist, { recursive: true, force: true }))

  const planted: [string, () => void, string[]][] = [
    ['nothing', () => {}, []],
    ['an index that is gone', () => rmSync(join(dist, 'index.html')), ['index_missing', 'asset_unused']],
    ['an asset that is gone', () => rmSync(join(dist, 'assets/page-efgh5678.js')), ['asset_missing']],
    ['an asset that is empty', () => write('assets/page-efgh5678.js', ''), ['asset_empty']],
    ['an asset that nothing names', () => write('assets/left-over1234.js', 'x'), ['asset_unused']],
    ['one that is there compressed too', () => write('assets/page-efgh5678.js.gz', gzipSync('show()')), []],
    [
      'compressed bytes of another file',
      () => write('assets/page-efgh5678.js.gz', gzipSync('hide()')),
      ['packed_differs'],
    ],
    ['compressed bytes that are torn', () => write('assets/page-efgh5678.js.br', '?'), ['packed_differs']],
    [
      'no fault in what the build before left for its tabs',
      () => {
        write('assets/page-gone1234.js', 'x')
        write('.own-assets.json', JSON.stringify(['main-abcd1234.js', 'page-efgh5678.js']))
      },
      [],
    ],
    ['an asset without a hash', () => write('assets/page.js', 'x'), ['asset_not_hashed', 'asset_unused']],
    [
      'a source map',
      () => write('assets/page-efgh5678.js', 'x\n//# sourceMappingURL=page.js.map'),
      ['source_map'],
    ],
    [
      'the place of the build',
      () => write('assets/page-efgh5678.js', 'at("/home/ci/holdfast/src")'),
      ['place_told'],
    ],
    ['a secret', () => write('assets/page-efgh5678.js', 'get("https://ci:hunter22@host/")'), ['secret']],
    [
      'too much',
      () => write('assets/main-abcd1234.js', `import("./page-efgh5678.js")/*${noise(200_000)}*/`),
      ['over_budget'],
    ],
  ]
  test.each(planted)('finds %s', (_, plant, codes) => {
    plant()
    expect(lookAtBuild(dist, '/home/ci/holdfast').findings.map(({ code }) => code)).toEqual(codes)
  })
})

/** Nothing that could be compressed. */
function noise(length: number): string {
  let [text, seed] = ['', 1]
  while (text.length < length) {
    seed = (seed * 48_271) % 2_147_483_647
    text += seed.toString(36)
  }
  return text
}

describe('SH1 drawer visibility', () => {
  const reviewed = baseline as DrawerBaseline
  const viewer = reviewed['viewer'] ?? {}

  test('the reviewed list is what the manifest gives each role', () => {
    for (const role of ROLES) {
      const seen = Object.entries(DRAWERS).map(([id, title]): [string, string[]] => [
        title,
        NAVIGATION.filter((entry) => entry.drawer === id && reaches(role, entry.role)).map(
          (entry) => entry.title,
        ),
      ])
      const expected = Object.fromEntries(seen.filter(([, pages]) => pages.length > 0))
      expect(reviewed[role], `review ${role} in test/gates/drawer-visibility.json`).toEqual(expected)
    }
  })

  const [first = '', ...others] = Object.keys(viewer)
  test.each([
    ['the same', viewer, 0],
    ['a drawer more', { ...viewer, Admin: ['Accounts'] }, 1],
    ['a drawer less', Object.fromEntries(others.map((name) => [name, viewer[name] ?? []])), 1],
    ['a page more', { ...viewer, [first]: [...(viewer[first] ?? []), 'Secrets'] }, 1],
    ['a page less', { ...viewer, [first]: (viewer[first] ?? []).slice(1) }, 1],
    ['another order', { ...viewer, [first]: (viewer[first] ?? []).toReversed() }, 1],
  ])('%s than was reviewed', (_, seen, findings) => {
    expect(compareDrawers('viewer', viewer, seen)).toHaveLength(findings)
  })
})

describe('SH8 clients that keep to what they are told', () => {
  const calm = { sent: 5, answered: 2, refused: 3, unguided: 0, shortestWaitMs: 2000 }
  test.each([
    ['make no storm', [calm, calm], []],
    ['make one where they ask more often than a calm one', [calm, { ...calm, sent: 30 }], ['retry_storm']],
    ['are not told when to come back', [{ ...calm, unguided: 1 }], ['no_retry_guidance']],
  ])('%s', (_, stories, codes) => {
    expect(judgeClients(stories, 8000).map(({ code }) => code)).toEqual(codes)
  })
})

test('MG1 parity looks at words, and not at the seconds that pass between two looks', () => {
  expect(comparable('Cooling down,  41 s left')).toBe(comparable('Cooling down, 40 s left'))
  expect(comparable('Guarded: needs you')).not.toBe(comparable('Self-healing on'))
})

test.each([
  ['the same', { console: 'reload yes, roll no', classic: 'reload yes,  roll no' }, null],
  ['another offer', { console: 'reload yes, roll yes', classic: 'reload yes, roll no' }, 'parity_broken'],
  ['nothing on either', { console: '', classic: '' }, 'parity_broken'],
])('MG1 parity of what may be done: %s', (_, pair, code) => {
  const finding = judgePoint('paused', { asks: 'which restarts are offered' }, pair)
  expect(finding?.code ?? null).toBe(code)
  if (finding !== null) expect(finding.message).toContain('paused: which restarts are offered?')
})

describe('MG1 runtime resilience', () => {
  const refused = { status: 503, retryAfter: '5', body: '{"code": "pool_exhausted"}' }
  test.each([
    ['reason and time', refused, []],
    ['no time to come back', { ...refused, retryAfter: null }, ['no_retry_guidance']],
    ['a time that nobody waits for', { ...refused, retryAfter: '86400' }, ['no_retry_guidance']],
    ['no reason', { ...refused, body: 'Service Unavailable' }, ['no_reason']],
  ])('a full pool is refused with %s', (_, answer, codes) => {
    expect(judgeRefusal(answer).map(({ code }) => code)).toEqual(codes)
  })

  const fast = { tookMs: 8, status: 503, retryAfter: '2' }
  const twenty = (...others: object[]) => Array.from({ length: 20 }, (_, at) => ({ ...fast, ...others[at] }))
  const thrice = (other: object) => [other, other, other]
  test.each([
    ['answers at once', twenty(), []],
    ['lets one through', twenty({ tookMs: 3000 }), []],
    ['asks the dependency anyway', twenty(...thrice({ tookMs: 3000 })), ['breaker_slow']],
    ['says not when to come back', twenty(...thrice({ retryAfter: null })), ['breaker_unguided']],
    ['fails otherwise', twenty(...thrice({ status: 500 })), ['breaker_unguided']],
  ])('an open breaker that %s', (_, answers, codes) => {
    expect(judgeBreaker(answers).findings.map(({ code }) => code)).toEqual(codes)
  })
})

describe('MG1 operational health', () => {
  const well: SeenHealth = {
    health: 'healthy',
    answers: { livez: 200, metrics: 200 },
    watchdogRuns: true,
    policy: 'allowed',
    auditFault: null,
  }
  test.each<[string, Partial<SeenHealth>, string[]]>([
    ['nothing', {}, []],
    ['a service that is unwell', { health: 'unwell' }, ['health_unwell']],
    ['another form', { health: 'unreadable' }, ['health_form']],
    ['an endpoint that is gone', { answers: { livez: 200, metrics: 404 } }, ['endpoint_unwell']],
    ['no watchdog', { watchdogRuns: false }, ['watchdog_missing']],
    ['a guard that is latched already', { policy: 'guarded' }, ['policy_held']],
    ['a broken audit trail', { auditFault: 'row 7' }, ['audit_broken']],
  ])('finds %s', (_, fault, codes) => {
    expect(judgeHealth({ ...well, ...fault }).map(({ code }) => code)).toEqual(codes)
  })
})
