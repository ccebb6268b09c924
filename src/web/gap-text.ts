import { messages } from '#web/messages.ts'

/** Why there is no data, in words; a reason that only a newer agent knows stays as it is. */
export function gapText(reason: string): string {
  return Object.hasOwn(messages.gaps, reason) ? messages.gaps[reason as keyof typeof messages.gaps] : reason
}
