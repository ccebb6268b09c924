/** Takes away what installations brought, and nothing else: the state stays, and what somebody edited. */
import { lstatSync, readlinkSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { RELEASE, RELEASES, RELEASE_SWITCHES } from '#domain/contract/deployment.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import { HostRoot } from '#agent/contract/host-root.ts'
import { SHIPPED_CONTRACT } from '#agent/places.ts'
import { loadContract } from '#agent/settings/load-contract.ts'
import { planRemovals, type PlannedFile } from './install-plan.ts'
import { readRecord, removeRecord, writeRecord, type InstallRecord } from './install-record.ts'
import { lockInstallation } from './install.ts'
import { activeUnits, isSettledHere, run, type Step } from './settle-units.ts'

export interface Removal {
  readonly files: readonly PlannedFile[]
  /** Somebody's by now; they stay, and are named. */
  readonly kept: readonly PlannedFile[]
  readonly releases: readonly string[]
  readonly steps: readonly Step[]
}

/** null: nothing is recorded as installed. */
export async function uninstall(
  root: string,
  { dryRun, force }: { readonly dryRun: boolean; readonly force: boolean },
): Promise<Removal | null> {
  const host = new HostRoot(root)
  const record = readRecord(root)
  if (record === null) return null
  const planned = planRemovals(host, record)
  const kept = force ? [] : planned.filter(({ state }) => state === 'edited')
  const files = planned.filter((file) => !kept.includes(file))
  const answer = { files, kept, releases: record.releases, steps: [] }
  if (isSettledHere({ host })) requireStopped()
  if (dryRun) return answer
  const lock = await lockInstallation(root)
  try {
    // Interrupted, it goes on from there.
    await writeRecord(root, { ...record, unfinished: true })
    for (const { path } of files) rmSync(host.at(path), { force: true })
    if (record.layout === 'prod') removeCode(root, record)
    const steps = isSettledHere({ host }) ? [run('systemctl', 'daemon-reload')] : []
    await forget(root, record, kept)
    return { ...answer, steps }
  } finally {
    lock.release()
    for (const suffix of ['lock', 'pid'])
      rmSync(join(root, `/etc/holdfast/install.${suffix}`), { force: true })
  }
}

/** What stays is still known as ours, for the next installation. */
async function forget(root: string, record: InstallRecord, kept: readonly PlannedFile[]): Promise<void> {
  if (kept.length === 0) return removeRecord(root)
  const files = Object.fromEntries(kept.map(({ path }) => [path, record.files[path] ?? []]))
  await writeRecord(root, { ...record, unfinished: false, files, releases: [] })
}

/** A service that is up is not ended by taking its unit away. */
function requireStopped(): void {
  const active = activeUnits(loadContract(SHIPPED_CONTRACT, {}).contract)
  if (active.length === 0) return
  throw new HoldfastProblem(
    'units_active',
    `${active.join(', ')}; systemctl disable --now ${active.join(' ')}`,
  )
}

function removeCode(root: string, { releases }: InstallRecord): void {
  const link = join(root, RELEASE)
  if (lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() === true) {
    const led = readlinkSync(link)
    if (releases.some((name) => led.endsWith(`/${name}`))) {
      rmSync(link)
      rmSync(join(root, RELEASE_SWITCHES), { force: true })
    }
  }
  for (const name of releases) rmSync(join(root, RELEASES, name), { recursive: true, force: true })
}
