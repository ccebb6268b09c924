import { defineStore } from '#web/stores/define-store.ts'
import { useTheme } from '#web/composables/use-theme.ts'

/** One choice, wherever it is made. */
export const useThemeStore = defineStore(() => ({ theme: useTheme() }))
