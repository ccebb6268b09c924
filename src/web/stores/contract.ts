import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { appliedDrift, mayApplyDrift, type AppliedDrift } from '#domain/contract/restart-drift.ts'
import type { Rung } from '#domain/journal/events.ts'
import type { ContractItem, ContractReport } from '#domain/schemas/contract-api.ts'
import { type Feed, heldValue } from '#web/stores/feed.ts'

/** What the check of the runtime contract has found, as the agent tells it. */
export const useContractStore = defineStore('contract', () => {
  const feed = shallowRef<Feed<ContractReport>>({ kind: 'loading' })
  const report = computed(() => heldValue(feed.value))

  function appliedBy(rung: Rung): ContractItem[] {
    if (report.value === null) return []
    const { items, target_unit: unit } = report.value
    return appliedDrift(items, { rung, unit })
  }

  return {
    feed,
    report,
    appliedBy,
    /** For the policy; what could not be checked counts as drift, as the agent will have it. */
    driftOf: (rung: Rung): AppliedDrift | null => {
      if (!mayApplyDrift(rung) || feed.value.kind === 'loading') return null
      if (report.value === null) return 'refuses'
      if (appliedBy(rung).length === 0) return null
      return report.value.enforced ? 'refuses' : 'warns'
    },
    accept: (next: Feed<ContractReport>) => {
      feed.value = next
    },
  }
})
