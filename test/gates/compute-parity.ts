/** Gate: every metric against the baseline of another language, made anew here (FC5). */
import { existsSync } from 'node:fs'
import { METRICS } from '#domain/metrics/contract.ts'
import { committedText, documentText } from '../parity/baseline.ts'
import { allCases } from '../parity/cases.ts'
import { compareAll } from '../parity/compare.ts'
import { committedFixtures } from '../parity/fixtures.ts'
import { printGate, ToolMissing } from './gate.ts'

await printGate(async (look) => {
  if (!existsSync('/usr/bin/python3')) throw new ToolMissing('/usr/bin/python3 is not here')
  const mend = 'npm run parity shows each metric'
  for (const fixture of committedFixtures()) {
    const text = committedText(fixture)
    look.hash(`test/parity/fixtures/${fixture.name}.json`, text)
    look.holds(
      text === documentText(fixture),
      'fixture_changed',
      `the document ${fixture.name} is not the one that is made now`,
      mend,
    )
  }
  const verdicts = compareAll(allCases())
  for (const { id, failures } of verdicts) {
    look.holds(failures.length === 0, 'metric_differs', `${id}: ${failures[0] ?? ''}`, mend)
  }
  const all = Object.keys(METRICS).length
  look.holds(verdicts.length === all, 'metric_missing', `${verdicts.length} of ${all} metrics were compared`)
  look.figure('metrics compared', verdicts.length, null, `${all}`)
  look.figure('documents', verdicts[0]?.cases ?? 0)
})
