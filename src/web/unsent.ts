/**
 * What an operator has typed and not sent, kept for the tab while it is away from the console (SH3): its session storage, which
 * goes with the tab. It is given back to the one who typed it, and to nobody else.
 */
const KEY = 'holdfast:unsent'
/** As with everything else that somebody typed. */
export const CHARACTERS_MAX = 2000

export type UnsentTexts = Readonly<Record<string, string>>

export function keepUnsent(owner: string, texts: UnsentTexts, storage: Storage = sessionStorage): void {
  const typed = Object.entries(texts).filter(([, text]) => text !== '')
  if (typed.length > 0) storage.setItem(KEY, JSON.stringify({ owner, texts: Object.fromEntries(typed) }))
}

/** Once: it is gone from there afterwards, whoever it belongs to. */
export function takeUnsent(owner: string, storage: Storage = sessionStorage): UnsentTexts {
  const kept = storage.getItem(KEY)
  storage.removeItem(KEY)
  const { owner: keptFor, texts } = parsed(kept ?? 'null')
  if (keptFor !== owner || typeof texts !== 'object' || texts === null) return {}
  const readable = Object.entries(texts).filter(([, text]) => typeof text === 'string')
  return Object.fromEntries(readable.map(([name, text]) => [name, String(text).slice(0, CHARACTERS_MAX)]))
}

function parsed(text: string): { owner?: unknown; texts?: unknown } {
  try {
    return (JSON.parse(text) as object | null) ?? {}
  } catch {
    return {} // not our writing
  }
}
