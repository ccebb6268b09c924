/** The page of the runtime contract: its part of the catalogue (messages.ts), which comes with its own files. */
import type { ContractItem } from '#domain/schemas/contract-api.ts'

type State = ContractItem['state']

const en = {
  title: 'Runtime contract',
  loading: 'Comparing what runs with what is written down',
  states: {
    ok: 'ok',
    drift: 'drift',
    not_checked: 'not checked',
    not_applicable: 'does not apply',
  } satisfies Record<State, string>,
  verdicts: {
    ok: 'As written down',
    drift: (count: number) => (count === 1 ? '1 thing has drifted' : `${count} things have drifted`),
    notChecked: (count: number) => `${count} not checked`,
  },
  check: {
    heading: 'The check',
    contract: 'Contract',
    version: (version: string | null) => (version === null ? 'no version: it is none' : `version ${version}`),
    made: 'Checked',
    madeText: (age: string, tookMs: number) => `${age} ago, in ${tookMs} ms`,
    counts: 'Items',
    countsText: (ok: number, drift: number, notChecked: number, notApplicable: number) =>
      `${ok} ok, ${drift} drift, ${notChecked} not checked, ${notApplicable} not applicable`,
    again: 'Check again',
    busy: 'Checking',
    failed: (title: string, detail: string) => `Not checked again. ${title}: ${detail}`,
    notEnforced: 'Drift is warned of here, and refuses nothing.',
    notEnforcedDetail: 'RUNTIME_CONTRACT_ENFORCE is false.',
    command: 'The same in a terminal:',
    commandText: 'holdfast contract check',
  },
  drift: {
    heading: 'What has drifted',
    none: 'Nothing differs from the contract, as far as it was checked.',
  },
  unchecked: {
    heading: 'What could not be checked',
    meaning: 'It is not taken for good: a strict check, as before a start, fails on it.',
  },
  rest: {
    heading: 'What is as written down, or does not apply',
    show: (count: number) => `Show ${count} items`,
    columns: { scope: 'Of', what: 'What', state: 'State', found: 'Found', source: 'Read in' },
  },
  item: {
    expected: 'Expected',
    found: 'Found',
    why: 'Because',
    mend: 'Mend',
    readIn: (source: string) => `read in ${source}`,
    holds: 'A restart of the service would apply it, and is held up.',
    copy: 'Copy',
    copied: 'Copied',
    selected: 'Selected: copy it with the keyboard',
    copyOf: (command: string) => `Copy: ${command}`,
  },
  scopes: {
    contract: 'the contract',
    running: 'what runs',
    nginx: 'nginx',
    command: 'the command',
  } as Readonly<Record<string, string>>,
  restart: {
    reading: 'Comparing with the runtime contract, before the service is started from it.',
    failedTitle: 'The contract could not be checked.',
    failed: (detail: string) => `${detail} Unchecked, a restart of the service takes an override.`,
    driftTitle: (count: number) =>
      count === 1
        ? 'The service would start from 1 thing that has drifted.'
        : `The service would start from ${count} things that have drifted.`,
    drift: 'On drift its own check refuses the start, and the service stays down. Mend it first:',
    notEnforced: 'The contract is not enforced here, so it would start all the same. See',
    link: 'what has drifted, and how it is mended',
  },
}

export const contractMessages = en
