/** What a restart flag asks of the policy, once it is settled whether its override fields count (WD7, WD12). */
import type { RestartFlag } from '../schemas/restart-flag.ts'
import type { RestartRequest } from './decide.ts'

export function restartRequestOf(flag: RestartFlag): RestartRequest {
  // The machine overrides nothing, whatever its flag says.
  if (flag.source === 'auto') return { source: 'automatic' }
  const override =
    flag.manual_override === true
      ? { acknowledged: flag.override_acknowledged === true, reason: flag.override_reason ?? '' }
      : null
  return { source: 'manual', override }
}
