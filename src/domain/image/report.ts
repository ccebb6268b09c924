/** What `holdfast image check --json` prints (IM3): every finding names rule, place and mend. */
import * as z from 'zod/mini'
import { IMAGE_RULE_IDS, IMAGE_RULES, type ImageRule } from './rules.ts'

export const imageFinding = z.strictObject({
  rule: z.enum(IMAGE_RULE_IDS),
  /** `file:line` in a Dockerfile, a path in an image; with its layer where that layer alone has it. */
  place: z.string(),
  message: z.string(),
  mend: z.string(),
})

export type ImageFinding = z.output<typeof imageFinding>

const checkedPart = z.strictObject({
  kind: z.enum(['dockerfile', 'rootfs', 'tar', 'file_set']),
  place: z.string(),
  /** Instructions of a Dockerfile, entries of an image. */
  entries: z.number(),
  bytes: z.number(),
})

export type CheckedPart = z.output<typeof checkedPart>

export const imageReport = z.strictObject({
  /** Nothing was found in all that was looked at. */
  ok: z.boolean(),
  findings: z.array(imageFinding),
  checked: z.array(checkedPart),
})

export type ImageReport = z.output<typeof imageReport>

export function finding(rule: ImageRule, place: string, message: string, mend?: string): ImageFinding {
  return { rule, place, message, mend: mend ?? IMAGE_RULES[rule].mend }
}
