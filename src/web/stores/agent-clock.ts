import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { DurationMs, EpochMs } from '#domain/time.ts'

/** The agent's clock as seen from here: what it says happened "since" is measured on its own clock. */
export const useAgentClock = defineStore('agent-clock', () => {
  const aheadMs = shallowRef<DurationMs>(0)
  return {
    accept: (agentNow: EpochMs, readAt: EpochMs) => {
      aheadMs.value = agentNow - readAt
    },
    toAgent: (here: EpochMs): EpochMs => here + aheadMs.value,
    toHere: (there: EpochMs): EpochMs => there - aheadMs.value,
  }
})
