import { expect, test } from 'vitest'
import * as z from 'zod/mini'
import { finding, imageReport } from '#domain/image/report.ts'
import { IMAGE_RULES } from '#domain/image/rules.ts'

test('IM3 a finding carries the mend of its rule where it knows nothing better', () => {
  const plain = finding('shell', '/bin/sh', 'a shell')
  expect(plain.mend).toBe(IMAGE_RULES.shell.mend)
  expect(finding('shell', '/bin/sh', 'a shell', 'remove busybox').mend).toBe('remove busybox')
})

test('IM3 the report is what its schema says', () => {
  const checked = [{ kind: 'dockerfile' as const, place: 'Dockerfile', entries: 3, bytes: 120 }]
  const report = { ok: false, findings: [finding('user_root', 'Dockerfile:3', 'USER 0')], checked }
  expect(z.parse(imageReport, report)).toEqual(report)
  const unnamed = { ...report, findings: [{ ...report.findings[0], rule: 'another' }] }
  expect(z.safeParse(imageReport, unnamed).success).toBe(false)
})
