/** What the load generator asks for, how often, and in which proportions. */

export interface LoadProfile {
  readonly requestsPerSecond: number
  /** Shares of the kinds of request; they need not add up to anything. */
  readonly weights: Readonly<Record<RequestKind, number>>
}

export const REQUEST_KINDS = ['report', 'quote', 'home', 'export'] as const
export type RequestKind = (typeof REQUEST_KINDS)[number]

export const CALM_LOAD: LoadProfile = {
  requestsPerSecond: 20,
  weights: { report: 10, quote: 5, home: 4, export: 1 },
}

/** Calm traffic and thirteen more exports a second: with slow readers, four times what the pool can carry. */
export const EXPORT_RUSH: LoadProfile = {
  requestsPerSecond: 33,
  weights: { report: 10, quote: 5, home: 4, export: 14 },
}

// Few enough that the cache is of use, many enough that the database keeps some work.
const REPORTS = 300
const QUOTES = 1000

export function pickPath(profile: LoadProfile, random: () => number): string {
  const number = (count: number) => 1 + Math.floor(count * random() ** 2)
  switch (pickKind(profile, random)) {
    case 'report':
      return `/reports/${number(REPORTS)}`
    case 'quote':
      return `/quotes/${number(QUOTES)}`
    case 'export':
      return `/reports/${number(REPORTS)}/export`
    case 'home':
      return '/'
  }
}

function pickKind({ weights }: LoadProfile, random: () => number): RequestKind {
  const total = REQUEST_KINDS.reduce((sum, kind) => sum + weights[kind], 0)
  let left = random() * total
  for (const kind of REQUEST_KINDS) {
    left -= weights[kind]
    if (left < 0) return kind
  }
  return 'home'
}
