/**
 * `holdfast policy explain` for many cases in one process, which has the time zone that its environment names: the command
 * itself, only without a new process for each. Beside each answer, what the watchdog would take over of the history.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { policyExplain } from '#agent/cli/commands/policy-explain.ts'
import { localOffset } from '#agent/system/clock.ts'
import { importedHistory } from '#domain/journal/state-file.ts'

export interface ZoneCase {
  readonly history: string
  readonly request: string
  readonly at: string
}

export interface ZoneAnswer {
  readonly explanation: unknown
  readonly imported: unknown
}

const cases = JSON.parse(readFileSync(0, 'utf8')) as ZoneCase[]
const directory = mkdtempSync(join(tmpdir(), 'holdfast-zone-'))
const answers: ZoneAnswer[] = []
for (const { history, request, at } of cases) {
  const files = { history: join(directory, 'history.json'), request: join(directory, 'request.json') }
  writeFileSync(files.history, history)
  writeFileSync(files.request, request)
  let explanation: unknown = null
  const out = {
    result: (value: unknown) => void (explanation = value),
    write: () => undefined,
    note: () => undefined,
  }
  await policyExplain({ options: { ...files, at }, configFile: null, json: true, env: {}, out })
  const reading = importedHistory('state file', history, localOffset)
  answers.push({ explanation, imported: reading.ok ? reading.value.event : reading.findings })
}
rmSync(directory, { recursive: true })
process.stdout.write(JSON.stringify(answers))
