/** Where, in the document that the agent serves, the console finds what was known when it was served. */

/** The verdict as text, until the console shows it itself. */
export const SERVED_VERDICT_ID = 'served-verdict'
/** A block of data, never run: what the verdict was made from. */
export const SERVED_SNAPSHOT_ID = 'served-snapshot'
