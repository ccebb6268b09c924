import { ref, watch, type Ref } from 'vue'

export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

const KEY = 'holdfast.theme'

/** The reader's choice of colours, kept in this browser; the system's unless they chose. */
export function useTheme({ root = document.documentElement }: { root?: HTMLElement } = {}): Ref<Theme> {
  const theme = ref<Theme>(storedTheme())
  watch(
    theme,
    (chosen) => {
      if (chosen === 'system') delete root.dataset.theme
      else root.dataset.theme = chosen
      store(chosen)
    },
    { immediate: true },
  )
  return theme
}

function storedTheme(): Theme {
  try {
    return THEMES.find((theme) => theme === localStorage.getItem(KEY)) ?? 'system'
  } catch {
    return 'system' // storage is switched off in this browser
  }
}

function store(theme: Theme): void {
  try {
    localStorage.setItem(KEY, theme)
  } catch {
    // Storage is switched off: the choice lasts as long as the page.
  }
}
