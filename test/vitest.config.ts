import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'
import { CHROMIUM, CHROMIUM_FLAGS } from './chromium.ts'
import { LongestFirst } from './longest-first.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

const SEED = ['test/support/seed.ts']

/** Projects differ in where they run and how long one of their tests may take; nothing else. */
export default defineConfig({
  root,
  test: {
    sequence: { sequencer: LongestFirst },
    // Left to itself it keeps one of two cores for nobody.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'domain',
          include: ['test/domain/**/*.test.ts'],
          testTimeout: 20_000,
          setupFiles: SEED,
          // Pure functions have nothing to keep from each other: a world for each file costs as much as the tests.
          isolate: false,
        },
      },
      ...(['agent', 'house'] as const).map((name) => ({
        test: { name, include: [`test/${name}/**/*.test.ts`], testTimeout: 20_000, setupFiles: SEED },
      })),
      {
        test: {
          name: 'parity',
          include: ['test/parity/**/*.test.ts'],
          testTimeout: 60_000,
          setupFiles: SEED,
        },
      },
      // Whole worlds, thousands of steps each; a fresh one may take twice as long as those that are known.
      { test: { name: 'simulation', include: ['test/simulation/**/*.test.ts'], testTimeout: 120_000 } },
      {
        plugins: [vue()],
        // Named beforehand: one that is found while tests run makes the browser load everything again.
        optimizeDeps: {
          include: [
            'axe-core',
            'echarts/charts',
            'echarts/components',
            'echarts/core',
            'echarts/renderers',
            'fast-check',
            'ky',
            'pinia',
            'vue',
            'vue-router',
            'zod/mini',
          ],
        },
        test: {
          name: 'web',
          include: ['test/web/**/*.test.ts'],
          setupFiles: SEED,
          // A bound on waiting, not an expectation: two cores are shared with a browser.
          expect: { poll: { timeout: 10_000 } },
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: { executablePath: CHROMIUM, args: CHROMIUM_FLAGS } }),
            instances: [{ browser: 'chromium' as const }],
          },
        },
      },
      // Real processes, which mostly wait for each other: five files at a time keep two cores busy.
      ...(['integration', 'security', 'e2e'] as const).map((name) => ({
        test: {
          name,
          include: [`test/${name}/**/*.test.ts`],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 5,
          globalSetup:
            name === 'e2e'
              ? ['test/support/built.ts', 'test/e2e/support/shared.ts']
              : ['test/support/built.ts'],
          sequence: { groupOrder: 1 },
        },
      })),
    ],
  },
})
