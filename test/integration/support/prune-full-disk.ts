/**
 * `holdfast prune` on a really full disk, in a mount namespace of its own: run by `unshare` with a filled state
 * directory and a place for the disk; prints what the commands said as one JSON document.
 */
import { execFileSync } from 'node:child_process'
import { appendFileSync, cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { holdfast } from '../../support/holdfast.ts'

const [filled = '', disk = ''] = process.argv.slice(2)
const env = {
  HOLDFAST_STATE_DIR: disk,
  HOLDFAST_RUNTIME_DIR: `${disk}.run`,
  HOLDFAST_RETENTION_AUDIT_ROWS: '50',
}

execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'holdfast-test', disk])
try {
  cpSync(filled, disk, { recursive: true })
  const filler = join(disk, 'filler')
  fill(filler)
  const full = await holdfast(['prune'], env)
  rmSync(filler)
  const verified = await holdfast(['audit', 'verify', '--json'], env)
  const again = await holdfast(['prune'], env)
  process.stdout.write(JSON.stringify({ full, verified, again }))
} finally {
  execFileSync('umount', ['--lazy', disk])
}

function fill(path: string): void {
  for (const size of [65_536, 4_096, 1]) {
    try {
      for (;;) appendFileSync(path, Buffer.alloc(size))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
    }
  }
}
