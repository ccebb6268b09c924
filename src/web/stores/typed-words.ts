/**
 * What has been typed and not sent, on all desks of the tab. A desk joins when it is first used, so that nothing of
 * it is loaded before: what was kept for it waits until then.
 */
import { defineStore } from 'pinia'
import type { UnsentTexts } from '#web/unsent.ts'

export interface Desk {
  /** All its texts, the empty ones too. */
  readonly texts: () => UnsentTexts
  /** Typed before this page was left, and not sent; a desk finds its own among others. */
  readonly takeUp: (kept: UnsentTexts) => void
}

export const useTypedWords = defineStore('typed-words', () => {
  const desks: Desk[] = []
  let kept: UnsentTexts = {}
  return {
    join: (desk: Desk) => {
      desks.push(desk)
      desk.takeUp(kept)
    },
    takeUp: (texts: UnsentTexts) => {
      kept = texts
      for (const desk of desks) desk.takeUp(texts)
    },
    /** Where a desk has joined, it knows better than what was kept for it. */
    texts: (): UnsentTexts => Object.assign({ ...kept }, ...desks.map(({ texts }) => texts())) as UnsentTexts,
  }
})
