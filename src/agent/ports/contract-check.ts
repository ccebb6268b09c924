import type { CheckDocument } from '#domain/schemas/contract-api.ts'

/** Checks anew, apart from this process. Rejects where it did not come to its end. */
export type ContractCheck = (signal: AbortSignal) => Promise<CheckDocument>
