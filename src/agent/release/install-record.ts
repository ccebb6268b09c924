/**
 * What was installed: of each file the hash of each text that we wrote, or were about to. By it a file that somebody has
 * edited is known from one that an earlier release wrote. It is written before the files, so that an
 * installation that was interrupted between two of them knows its own.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as z from 'zod/mini'
import { replaceFile } from '#agent/system/replace-file.ts'

const RECORD = '/etc/holdfast/installed.json'

const installRecord = z.object({
  layout: z.enum(['prod', 'project']),
  contract_version: z.string(),
  /** Begun and not ended: what runs may be older than the files. */
  unfinished: z.boolean(),
  files: z.record(z.string(), z.array(z.string())),
  /** Releases that were brought by an installation, by name. */
  releases: z.array(z.string()),
})

export type InstallRecord = z.infer<typeof installRecord>
export type Layout = InstallRecord['layout']

/** null where nothing was installed, or the record is none: then every file that is there is somebody's. */
export function readRecord(root: string): InstallRecord | null {
  try {
    return z.parse(installRecord, JSON.parse(readFileSync(join(root, RECORD), 'utf8')))
  } catch {
    return null
  }
}

export async function writeRecord(root: string, record: InstallRecord): Promise<void> {
  const file = join(root, RECORD)
  mkdirSync(dirname(file), { recursive: true })
  await replaceFile(file, `${JSON.stringify(record, null, 2)}\n`, { flush: true })
}

export function removeRecord(root: string): void {
  rmSync(join(root, RECORD), { force: true })
}

export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
