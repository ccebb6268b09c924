import type { ContractItem, ContractReport } from '#domain/schemas/contract-api.ts'

const TARGET = 'holdfast-target.service'

export function sampleItem(changes: Partial<ContractItem> = {}): ContractItem {
  return {
    scope: TARGET,
    what: 'User=',
    state: 'ok',
    source: `/etc/systemd/system/${TARGET}:9`,
    against: '/opt/holdfast/current/deploy/runtime-contract.json',
    expected: 'holdfast',
    found: 'holdfast',
    why: null,
    mend: null,
    ...changes,
  }
}

/** A check that found nothing; with what a test changes. */
export function sampleContract(changes: Partial<ContractReport> = {}): ContractReport {
  return {
    checked_at: '2026-02-08T03:14:15.000Z',
    age_ms: 12_000,
    took_ms: 80,
    file: '/opt/holdfast/current/deploy/runtime-contract.json',
    contract_version: '2026.11.1',
    enforced: true,
    target_unit: TARGET,
    items: [sampleItem()],
    ...changes,
  }
}
