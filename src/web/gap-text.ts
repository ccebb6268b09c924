import { observeMessages } from '#web/messages-observe.ts'

/** Why there is no data, in words; a reason that only a newer agent knows stays as it is. */
export function gapText(reason: string): string {
  return Object.hasOwn(observeMessages.gaps, reason)
    ? observeMessages.gaps[reason as keyof typeof observeMessages.gaps]
    : reason
}
