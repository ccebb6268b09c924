/**
 * One demonstration in calm for all files that only look: to start one costs more than most tests. Whoever changes what the service does,
 * or restarts it, starts one of its own. Browsers are not shared: one with the pages of five files paints none of them in time.
 */
import type { TestProject } from 'vitest/node'
import { startDemonstration } from './demonstration.ts'

declare module 'vitest' {
  interface ProvidedContext {
    calmUrl: string
    /** Of the first minute: it lets in once. */
    calmLink: string
  }
}

export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const calm = await startDemonstration()
  provide('calmUrl', calm.url)
  provide('calmLink', await calm.link())
  return calm.stop
}
