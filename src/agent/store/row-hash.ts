/** The hash that the journals on disk are chained with; what it is taken over is said in the domain. */
import { hash } from 'node:crypto'
import { GENESIS, rowHash, type Hash } from '#domain/journal/chain.ts'
import type { JournalRow } from '#domain/journal/events.ts'

export type RowHash = (row: Omit<JournalRow, 'hash'>) => string

/** What stands before the first row of a history. */
export const NO_HASH = GENESIS.hash

export const sha256: Hash = (text) => hash('sha256', text, 'hex')

export const sha256OfRow: RowHash = (row) => rowHash(row, sha256)
