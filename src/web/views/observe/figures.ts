/**
 * The figures of the overview, and what reads the samples for them, as one file that comes after the first page (ADR 0038): they
 * have nothing to show before. A file for each of them would be a request each.
 */
export { default as OverviewSamples } from '#web/views/observe/OverviewSamples.vue'
export { default as PoolFigure } from '#web/views/observe/PoolFigure.vue'
export { default as ProbeFigure } from '#web/views/observe/ProbeFigure.vue'
export { default as RequestFigures } from '#web/views/observe/RequestFigures.vue'
