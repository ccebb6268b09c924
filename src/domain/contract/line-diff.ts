/** What changes from one text to another, line by line, as `diff -u` shows it, for a person to read before it is done. */

const CONTEXT = 3
/** Far above any file that is rendered; beyond it all is shown as taken out and put in. */
const LINES_LIMIT = 2000

type Mark = ' ' | '-' | '+'

interface Line {
  readonly mark: Mark
  readonly text: string
}

/** null: there is no file yet. Empty where nothing changes. */
export function lineDiff(before: string | null, after: string): string[] {
  const [old, wanted] = [before === null ? [] : linesOf(before), linesOf(after)]
  const lines = old.length + wanted.length > LINES_LIMIT ? replaced(old, wanted) : commonFirst(old, wanted)
  return lines.some(({ mark }) => mark !== ' ') ? shown(lines) : []
}

function linesOf(text: string): string[] {
  const lines = text.split('\n')
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines
}

function replaced(old: readonly string[], wanted: readonly string[]): Line[] {
  return [...marked('-', old), ...marked('+', wanted)]
}

function marked(mark: Mark, texts: readonly string[]): Line[] {
  return texts.map((text) => ({ mark, text }))
}

/** The longest common subsequence: `common[i][j]` lines of it lie behind line i of the old and j of the new. */
function commonFirst(old: readonly string[], wanted: readonly string[]): Line[] {
  const width = wanted.length + 1
  const common = new Uint16Array((old.length + 1) * width)
  const at = (i: number, j: number) => common[i * width + j] ?? 0
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = wanted.length - 1; j >= 0; j -= 1) {
      common[i * width + j] =
        old[i] === wanted[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const lines: Line[] = []
  let [i, j] = [0, 0]
  while (i < old.length && j < wanted.length) {
    if (old[i] === wanted[j]) {
      lines.push({ mark: ' ', text: old[i] ?? '' })
      i += 1
      j += 1
    } else if (at(i + 1, j) >= at(i, j + 1)) lines.push({ mark: '-', text: old[i++] ?? '' })
    else lines.push({ mark: '+', text: wanted[j++] ?? '' })
  }
  return [...lines, ...replaced(old.slice(i), wanted.slice(j))]
}

/** Changes with what stands around them; `…` where lines are left out. */
function shown(lines: readonly Line[]): string[] {
  const changed = lines.flatMap(({ mark }, index) => (mark === ' ' ? [] : [index]))
  const isNear = (index: number) => changed.some((one) => Math.abs(one - index) <= CONTEXT)
  const near = lines.map((_, index) => isNear(index))
  return lines.flatMap(({ mark, text }, index) => {
    if (near[index] === true) return [`${mark}${text}`]
    return index === 0 || near[index - 1] === true ? [' …'] : []
  })
}
