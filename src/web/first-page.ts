/**
 * What is shown first to whoever is signed in, as one file that is loaded beside the entry and not after it (ADR 0038): a
 * file for each of these parts would be a request each.
 */
export { plainServedReading } from '#web/api/served-reading.ts'
export { default as ConnectionDetails } from '#web/shell/ConnectionDetails.vue'
export { default as SignedInAs } from '#web/shell/SignedInAs.vue'
export { default as SignedInPage } from '#web/shell/SignedInPage.vue'
export { default as OverviewView } from '#web/views/observe/OverviewView.vue'
