/** The colours of the page as a canvas needs them: tokens as values, the system's own where it forces colours. */

/** By meaning, in the order in which lines take them; told apart by their dash as well. */
export const LINE_COLOURS = ['trace', 'trace-2', 'trace-3', 'trace-4', 'trace-5'] as const
export type ChartColour = (typeof LINE_COLOURS)[number] | 'text' | 'muted' | 'held' | 'bad' | 'line' | 'panel'

export interface ChartLook {
  readonly colour: (name: ChartColour) => string
  readonly font: string
}

const FORCED = '(forced-colors: active)'
const DARK = '(prefers-color-scheme: dark)'

export function chartLook(root: HTMLElement = document.documentElement): ChartLook {
  const style = getComputedStyle(root)
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim()
  const isForced = matchMedia(FORCED).matches
  const known = new Map<ChartColour, string>()
  function colour(name: ChartColour): string {
    const value = known.get(name) ?? (isForced ? systemColour(name, root) : token(name))
    known.set(name, value)
    return value
  }
  return { colour, font: token('font') }
}

const SYSTEM_COLOURS: Partial<Record<ChartColour, string>> = { panel: 'Canvas', line: 'GrayText' }

/** The reader's own colours, as values: a worker does not know their names. */
function systemColour(name: ChartColour, root: HTMLElement): string {
  const probe = document.createElement('span')
  probe.style.color = SYSTEM_COLOURS[name] ?? 'CanvasText'
  root.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}

/** Calls back when the page's colours change, by choice or by the system's; answers how to stop that. */
export function watchLook(changed: () => void, root: HTMLElement = document.documentElement): () => void {
  const chosen = new MutationObserver(changed)
  chosen.observe(root, { attributeFilter: ['data-theme'] })
  const queries = [FORCED, DARK].map((query) => matchMedia(query))
  for (const query of queries) query.addEventListener('change', changed)
  return () => {
    chosen.disconnect()
    for (const query of queries) query.removeEventListener('change', changed)
  }
}
