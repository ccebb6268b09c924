import type { RawGap } from '#domain/schemas/raw-v1.ts'

/** A gap that lasts comes in parts, page by page: what goes on where the last one ended, for the same reason, is one. */
export function joinGap(gaps: RawGap[], gap: RawGap): void {
  const place = gaps.findLastIndex(({ stream }) => stream === gap.stream)
  const last = gaps[place]
  const goesOn = last !== undefined && last.reason === gap.reason && last.to >= gap.from
  if (goesOn) gaps[place] = { ...last, to: Math.max(last.to, gap.to) }
  else gaps.push(gap)
}
