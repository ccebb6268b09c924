/** The words around a verdict: the same in the document that the agent serves and in the console that takes over from it. */
import type { Verdict } from './verdict.ts'

export const LEVEL_WORDS: Record<Verdict['level'], string> = {
  healthy: 'Healthy',
  degraded: 'Degraded',
  unhealthy: 'Unhealthy',
  unknown: 'Unknown',
}

export const VERDICT_WORDS = {
  since: 'since',
  for: (duration: string) => `for ${duration}`,
  atUtc: (time: string) => `${time} UTC`,
  byItself: 'What happens by itself',
  nextStep: 'Next safe step',
  asOf: (time: string) => `As of ${time}.`,
  withoutScripts: 'This is the state when the page was loaded. Figures and controls need scripts.',
} as const

export function pageTitle(word: string, headline: string, page: string | null): string {
  return `${word}: ${headline} · ${page === null ? '' : `${page} · `}Holdfast`
}
