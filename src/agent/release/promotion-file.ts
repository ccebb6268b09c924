/** What is live, on the disk: whole, or as it was before. */
import { join } from 'node:path'
import {
  PROMOTION_FILE,
  promotion as schema,
  NOTHING_PROMOTED,
  type Promotion,
} from '#domain/release/promotion.ts'
import type { PromotionReading } from '#domain/release/view.ts'
import { findingText, parseJsonText, readWith } from '#domain/schemas/findings.ts'
import { errorCode } from '#agent/settings/read-json.ts'
import { readTextUpTo } from '#agent/system/bounded-read.ts'
import { systemClock } from '#agent/system/clock.ts'
import { prepareDirectory } from '#agent/system/directories.ts'
import { removeAbandoned, replaceFile } from '#agent/system/replace-file.ts'

const BYTES_LIMIT = 64 * 1024

/** Where there is none, nothing was promoted yet. */
export function readPromotion(stateDir: string): PromotionReading {
  const path = join(stateDir, PROMOTION_FILE)
  try {
    const text = readTextUpTo(path, BYTES_LIMIT)
    if (text === null) return { kind: 'unreadable', why: `${path} is longer than it may be` }
    const parsed = parseJsonText(text)
    const filed = parsed.ok ? readWith(schema, parsed.value) : parsed
    if (filed.ok) return { kind: 'read', promotion: filed.value }
    return { kind: 'unreadable', why: `${path}: ${filed.findings.map(findingText).join('; ')}` }
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ENOENT') return { kind: 'read', promotion: NOTHING_PROMOTED }
    return { kind: 'unreadable', why: `${path} (${code})` }
  }
}

/** On the disk before it is relied on: a step comes after it. */
export async function writePromotion(stateDir: string, promotion: Promotion): Promise<void> {
  await prepareDirectory(stateDir, 'the state directory')
  const text = `${JSON.stringify(promotion, null, 2)}\n`
  const path = join(stateDir, PROMOTION_FILE)
  removeAbandoned(path, systemClock.wallNow())
  await replaceFile(path, text, { flush: true, mode: 0o640 })
}
