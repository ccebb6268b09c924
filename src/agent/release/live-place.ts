/** What is live on a host: where the link leads, and whether the console is in service. */
import { existsSync } from 'node:fs'
import type { Promotion } from '#domain/release/promotion.ts'
import { readSwitchView } from '#agent/operator/kill-switch.ts'
import type { Settings } from '#agent/settings/settings.ts'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { readRecord } from './install-record.ts'
import { readBuild } from './read-build.ts'
import { currentRelease, listReleases, type Release } from './releases.ts'

export function livePlace(settings: Settings, root: string): NonNullable<Promotion['unfinished']>['before'] {
  return { release: currentRelease(root)?.name ?? null, classic: readSwitchView(settings).engaged }
}

/** The installed release that is this very build; null: none is. `[]` of them: the deployment runs from its checkout. */
export async function releaseOfBuild(root: string, buildHash: string | null): Promise<Release | null> {
  for (const release of listReleases(root)) {
    const { build_hash: hash } = await readBuild(release.directory)
    if (hash !== null && hash === buildHash) return release
  }
  return null
}

const BOOTED = '/run/systemd/system'
const RESTART_MS = 180_000

/**
 * What runs goes on with its own release until it is started anew. Never the target: it runs no code of ours. Returns
 * what was said, or null where there was nothing to do; throws where systemd could not.
 */
function restartUnits({ contract }: Settings, root: string): string | null {
  if (root !== '/' || !existsSync(BOOTED)) return null
  const { watchdog, agent } = contract.contract.units
  const { status, stderr } = spawnSync('systemctl', ['try-restart', watchdog, agent], {
    encoding: 'utf8',
    timeout: RESTART_MS,
  })
  if (status !== 0) throw new Error(`systemctl try-restart ${watchdog} ${agent}: ${stderr.trim()}`)
  return `${watchdog} and ${agent} were started anew, where they ran`
}

/**
 * After the link: units, environment file and rule as that release renders them, by its own program, which starts anew what ran
 * by others. Where nothing was installed, as where somebody set the link by hand, what runs is started anew alone.
 */
export function settleRelease(settings: Settings, root: string, release: Release): string | null {
  if (readRecord(root)?.layout !== 'prod') return restartUnits(settings, root)
  const program = join(release.directory, 'build/agent/holdfast.js')
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    // What a person has edited since is kept aside: it was made for the release that is left.
    [program, 'install-systemd', '--root', root, '--force', '--json'],
    { encoding: 'utf8', timeout: RESTART_MS },
  )
  if (status !== 0) {
    const said = `${stderr}${stdout}`.trim().slice(-300)
    throw new Error(
      `the units of ${release.name} could not be installed (exit code ${status ?? 'none'}): ${said}`,
    )
  }
  return `its units are installed, and what ran by others was started anew`
}
