import type { PolicyState } from '#domain/schemas/health.ts'
import { observeMessages } from '#web/messages-observe.ts'
import type { Look } from '#web/ui/look.ts'

const { policyStates: words } = observeMessages

export const POLICY_LOOKS: Record<PolicyState, Look> = {
  allowed: { tone: 'ok', shape: 'disc', word: words.allowed },
  cooldown: { tone: 'busy', shape: 'clock', word: words.cooldown },
  circuit_gated: { tone: 'busy', shape: 'gate', word: words.circuit_gated },
  guarded: { tone: 'held', shape: 'lock', word: words.guarded },
  paused: { tone: 'held', shape: 'pause', word: words.paused },
  restarting: { tone: 'busy', shape: 'turn', word: words.restarting },
}
