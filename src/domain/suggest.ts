/** The nearest known name to a mistyped one, or null where none is near enough to be meant. */
export function suggestion(typed: string, known: readonly string[]): string | null {
  const wanted = typed.toLowerCase()
  let best: { name: string; distance: number } | null = null
  for (const name of known) {
    const distance = editDistance(wanted, name.toLowerCase())
    if (best === null || distance < best.distance) best = { name, distance }
  }
  // Half of the word may be wrong at most; beyond that a suggestion misleads.
  return best !== null && best.distance <= Math.max(1, Math.floor(typed.length / 2)) ? best.name : null
}

/** Insertions, deletions, replacements and swaps of neighbours, each at a cost of one. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, replaced)
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (swapped) cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1)
      row.push(cost)
    }
    beforeLast = last
    last = row
  }
  return last[b.length] ?? 0
}
