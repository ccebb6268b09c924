/**
 * The figures of the overview, as one file that comes after the first page (ADR 0038): they have nothing to show before the
 * samples are there, which are asked for at the same time. A file for each of them would be a request each.
 */
export { default as PoolFigure } from '#web/views/observe/PoolFigure.vue'
export { default as ProbeFigure } from '#web/views/observe/ProbeFigure.vue'
export { default as RequestFigures } from '#web/views/observe/RequestFigures.vue'
