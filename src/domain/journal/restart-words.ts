/** A line of the restart history in words. */
import type { RestartLine } from '../schemas/worker-api.ts'

export function restartText(line: RestartLine): string {
  switch (line.kind) {
    case 'external':
      return `not by Holdfast: ${line.detail ?? 'seen in the process table'}`
    case 'refused':
      return `${askedText(line)}: refused (${line.decision_reason ?? 'by policy'})`
    case 'unsent':
      return `${askedText(line)}: nothing was signalled (${line.decision_reason ?? 'no reason given'})`
    case 'imported':
      return `${askedText(line)}: ${endText(line)} (from before Holdfast)`
    case 'attempt':
      return `${askedText(line)}: ${endText(line)}${helpText(line)}`
  }
}

function askedText({ requested_by: by, manual_override: isOverride }: RestartLine): string {
  return `${isOverride ? 'an override ' : ''}by ${by ?? 'unknown'}`
}

function endText({ success, decision_reason: reason }: RestartLine): string {
  if (success === null) return 'begun, and not verified yet'
  return success ? 'verified' : `not verified (${reason ?? 'no reason given'})`
}

/** Whether it was better afterwards, on evidence (WD14); nothing where there was nothing to mend. */
function helpText({ helped }: RestartLine): string {
  if (helped === null) return ''
  return helped ? '; it helped' : '; it did not help'
}
