/**
 * What is shown first, as one file that is loaded beside the entry and not after it (ADR 0038): the frame, the overview in it,
 * and where the other pages are. A file for each of these parts would be a request each.
 */
export { plainServedReading } from '#web/api/served-reading.ts'
export { default as ConsoleFrame } from '#web/shell/ConsoleFrame.vue'
export { NotFoundPage, VIEWS } from '#web/views.ts'
