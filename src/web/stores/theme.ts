import { defineStore } from 'pinia'
import { useTheme } from '#web/composables/use-theme.ts'

/** One choice, wherever it is made. */
export const useThemeStore = defineStore('theme', () => ({ theme: useTheme() }))
