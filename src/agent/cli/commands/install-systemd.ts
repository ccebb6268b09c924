import { spawnSync } from 'node:child_process'
import { realpathSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { RELEASES } from '#domain/contract/deployment.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import { CHECKOUT } from '#agent/places.ts'
import { planInstallation, type Plan, type Wish } from '#agent/release/installation.ts'
import { install, type Done } from '#agent/release/install.ts'
import type { Layout } from '#agent/release/install-record.ts'
import { missingParts } from '#agent/release/releases.ts'
import { uninstall } from '#agent/release/uninstall.ts'
import { EXIT, type ExitCode, type Invocation, type OptionValues } from '../command.ts'
import { doneText, planText, reasonsText, removalText } from '../install-text.ts'

/** `holdfast install-systemd`: units, tmpfiles, environment file, polkit rule, and the release they run from (SD1, SD4). */
export async function installSystemd(invocation: Invocation): Promise<ExitCode> {
  const { options, out, env } = invocation
  const root = resolve(typeof options.root === 'string' ? options.root : '/')
  const layout = layoutOf(options)
  if (options.uninstall === true) return removeAll(invocation, root)
  const source = sourceOf(options, root, layout)
  if (source !== null) return handOver(source, options)

  const wish: Wish = { root, layout, force: options.force === true, env }
  const plan = await planInstallation(wish)
  if (!invocation.json) out.write(`${planText(plan)}\n`)
  const isDryRun = options['dry-run'] === true
  if (plan.reasons.length > 0) {
    out.result(documentOf(plan, isDryRun, null), reasonsText(plan.reasons))
    return EXIT.findings
  }
  if (isDryRun) {
    out.result(documentOf(plan, true, null), 'Nothing was written: --dry-run.')
    return EXIT.done
  }
  const done = await install(plan)
  out.result(documentOf(plan, false, done), doneText(plan, done))
  return done.steps.every(({ ok }) => ok) ? EXIT.done : EXIT.failed
}

function layoutOf({ layout }: OptionValues): Layout {
  if (layout === undefined || layout === 'prod') return 'prod'
  if (layout === 'project') return 'project'
  throw new HoldfastProblem('usage', `--layout: expected prod or project; found ${String(layout)}`)
}

/** The build that is to be installed, where it is another than the one that this program is of. */
function sourceOf({ release }: OptionValues, root: string, layout: Layout): string | null {
  if (typeof release !== 'string') return null
  if (layout === 'project')
    throw new HoldfastProblem('usage', '--release goes with --layout prod: project runs from the checkout')
  const places = [resolve(release), join(root, release), join(root, RELEASES, release)]
  const found = places.find((path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true)
  if (found === undefined)
    throw new HoldfastProblem(
      'input_invalid',
      `--release ${release}: no directory, and no release of that name`,
    )
  const missing = missingParts(found)
  if (missing.length > 0)
    throw new HoldfastProblem('input_invalid', `${found} is no release: it has no ${missing.join(', ')}`)
  return realpathSync(found) === realpathSync(CHECKOUT) ? null : found
}

/** Each release installs itself: only its own program knows how its files are rendered. */
function handOver(source: string, options: OptionValues): ExitCode {
  const words = Object.entries(options).flatMap(([name, value]) => {
    if (name === 'release' || value === undefined || value === false) return []
    return value === true ? [`--${name}`] : [`--${name}`, String(value)]
  })
  const program = join(source, 'build/agent/holdfast.js')
  const { status, signal } = spawnSync(process.execPath, [program, 'install-systemd', ...words], {
    stdio: 'inherit',
  })
  if (status === null) throw new HoldfastProblem('internal', `${program} ended by ${signal ?? 'a fault'}`)
  return status as ExitCode
}

function documentOf(plan: Plan, isDryRun: boolean, done: Done | null): object {
  const { wish, contract, release, chosen, files, reasons, notes } = plan
  return {
    ok: reasons.length === 0 && (done?.steps.every(({ ok }) => ok) ?? true),
    dry_run: isDryRun,
    root: wish.root,
    layout: wish.layout,
    contract_version: contract.version,
    release,
    environment: chosen,
    files: files.map(({ path, state, why, diff }) => ({ path, state, why, diff })),
    reasons,
    notes,
    kept_aside: done?.keptAside ?? [],
    steps: done?.steps ?? [],
  }
}

async function removeAll({ options, out }: Invocation, root: string): Promise<ExitCode> {
  const isDryRun = options['dry-run'] === true
  const removal = await uninstall(root, { dryRun: isDryRun, force: options.force === true })
  if (removal === null) {
    out.result({ ok: true, dry_run: isDryRun, root, removed: [], kept: [] }, 'Nothing is installed here.')
    return EXIT.done
  }
  out.result(
    {
      ok: removal.steps.every(({ ok }) => ok),
      dry_run: isDryRun,
      root,
      removed: removal.files.map(({ path }) => path),
      releases: removal.releases,
      kept: removal.kept.map(({ path, why }) => ({ path, why })),
      steps: removal.steps,
    },
    removalText(removal, isDryRun),
  )
  return EXIT.done
}
