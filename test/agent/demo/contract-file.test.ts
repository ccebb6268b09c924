import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readDemoContract } from '#agent/demo/contract-file.ts'
import inRepository from '../../../deploy/runtime-contract.json' with { type: 'json' }

const dir = mkdtempSync(join(tmpdir(), 'demo-contract-'))
const file = join(dir, 'contract.json')
afterAll(() => rmSync(dir, { recursive: true }))

function given(changes: object): string {
  writeFileSync(file, JSON.stringify({ ...inRepository, ...changes }))
  return file
}

test('a contract of a demonstration on loopback is accepted', () => {
  const contract = readDemoContract(given({ kind: 'demonstration' }))
  expect(contract.bind).toBe(inRepository.bind)
})

test.each([
  [{}, 'kind must be demonstration; found production'],
  [{ kind: 'demonstration', bind: '0.0.0.0:8080' }, 'must be a loopback address; found 0.0.0.0:8080'],
  [{ kind: 'demonstration', bind: '127.0.0.1' }, 'bind: host:port'],
  [{ kind: 'demonstration', pid_file: '/x' }, 'the contract has the unknown key pid_file'],
  [{ kind: 'demonstration', paths: undefined }, 'paths: expected object'],
])('BI1 a contract with %j is refused, and told why', (changes, sentence) => {
  expect(() => readDemoContract(given(changes))).toThrow(sentence)
})

test('BI1 a contract that is not there or not JSON is named', () => {
  expect(() => readDemoContract(join(dir, 'nowhere.json'))).toThrow(/nowhere\.json: ENOENT/)
  writeFileSync(file, '{')
  expect(() => readDemoContract(file)).toThrow(file)
})
