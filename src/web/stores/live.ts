import { defineStore } from 'pinia'
import { shallowRef } from 'vue'

/** Whether the agent tells changes by itself, and which polls have something to read before their time. */
export const useLiveStore = defineStore('live', () => {
  const isUp = shallowRef(false)
  /** Each counts what makes its reader ask now. */
  const [everything, policy, audit] = [shallowRef(0), shallowRef(0), shallowRef(0)]
  const add = (count: { value: number }) => () => {
    count.value += 1
  }
  return {
    isUp,
    everything,
    policy,
    audit,
    /** Something may have changed untold. */
    askAll: add(everything),
    askPolicy: add(policy),
    askAudit: add(audit),
    accept: (next: boolean) => {
      isUp.value = next
    },
  }
})
