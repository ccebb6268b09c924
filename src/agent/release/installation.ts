/** What an installation is asked for, what it would do, and why it would not: all of it before anything is written. */
import { lstatSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CheckItem } from '#domain/contract/check-item.ts'
import {
  GUNICORN_CONFIG,
  INSTALLED_CONTRACT,
  installedContract,
  RELEASE,
} from '#domain/contract/deployment.ts'
import { heldBack } from '#domain/release/promotion.ts'
import { RENDERED_FILES } from '#domain/contract/rendered-files.ts'
import type { RuntimeContract } from '#domain/schemas/runtime-contract.ts'
import { checkBinaries, checkConda } from '#agent/contract/check-files.ts'
import { HostRoot } from '#agent/contract/host-root.ts'
import { shellWord } from '#agent/shell-word.ts'
import { CHECKOUT } from '#agent/places.ts'
import { loadContract } from '#agent/settings/load-contract.ts'
import { broughtAs } from './bring-release.ts'
import { planFiles, type PlannedFile } from './install-plan.ts'
import { readRecord, type InstallRecord, type Layout } from './install-record.ts'
import { projectContract } from './project-contract.ts'
import { readPromotion } from './promotion-file.ts'
import { readBuild } from './read-build.ts'
import { currentRelease, previousRelease, type Way } from './releases.ts'

export interface Wish {
  /** Absolute; `/` is this host. */
  readonly root: string
  readonly layout: Layout
  readonly force: boolean
  readonly env: Readonly<Record<string, string | undefined>>
}

export interface Reason {
  readonly code:
    | 'contract_drift'
    | 'not_rendered'
    | 'edited_by_hand'
    | 'path_unsuited'
    | 'current_is_no_link'
    | 'rolled_back'
  readonly message: string
  readonly mend: string
}

export interface Plan {
  readonly wish: Wish
  readonly host: HostRoot
  readonly record: InstallRecord | null
  readonly contract: RuntimeContract
  /** Of the layout `prod`: the release that is brought and led to. */
  readonly release: { readonly name: string; readonly from: string | null; readonly way: Way } | null
  /** Of the layout `project`: which environment, and why. */
  readonly chosen: string | null
  readonly files: readonly PlannedFile[]
  readonly reasons: readonly Reason[]
  /** What is still to be done by hand, and is no reason to refuse. */
  readonly notes: readonly string[]
}

/** The program installs the build that it is part of: no release is rendered by the rules of another. */
export async function planInstallation(wish: Wish): Promise<Plan> {
  const host = new HostRoot(wish.root)
  const record = readRecord(wish.root)
  const { contract } = loadContract(join(CHECKOUT, 'deploy/runtime-contract.json'), {})
  const settled =
    wish.layout === 'project'
      ? projectContract({
          host,
          shipped: contract,
          checkout: CHECKOUT,
          node: process.execPath,
          env: wish.env,
        })
      : { contract, chosen: null }
  const files = planFiles(host, settled.contract, record)
  return {
    wish,
    host,
    record,
    ...settled,
    release: wish.layout === 'prod' ? releaseOf(wish.root) : null,
    files,
    reasons: [
      ...(wish.layout === 'prod' ? prodReasons(host, wish.root, contract) : []),
      ...unsuitedReasons(settled.contract),
      ...(wish.force ? [] : [...editedReasons(files), ...(await heldReasons(wish, settled.contract))]),
    ],
    notes: notesOf(host, settled.contract),
  }
}

/** MG3: nothing that deploys by itself brings back what a person has rolled back. */
async function heldReasons({ root, layout }: Wish, { paths }: RuntimeContract): Promise<Reason[]> {
  if (layout !== 'prod') return []
  const reading = readPromotion(join(root, paths.state_dir))
  const held = reading.kind === 'read' ? heldBack(reading.promotion, await readBuild(CHECKOUT)) : null
  if (held === null) return []
  return [
    {
      code: 'rolled_back',
      message: `this build was rolled back by ${held.by}: ${held.reason}`,
      mend: 'install another build, or this one with --force; holdfast cutover --again is the way back to live',
    },
  ]
}

function releaseOf(root: string): NonNullable<Plan['release']> {
  const { name } = broughtAs(root, CHECKOUT)
  const way = previousRelease(root)?.name === name ? 'back' : 'forward'
  return { name, from: currentRelease(root)?.name ?? null, way }
}

/** SD1: it takes the contract's prefix, or refuses. */
function prodReasons(host: HostRoot, root: string, contract: RuntimeContract): Reason[] {
  const ground = { host, contract, contractFile: INSTALLED_CONTRACT }
  const conda: Reason[] =
    contract.conda === null
      ? [
          {
            code: 'contract_drift',
            message: 'the contract names no conda environment, which the layout prod takes',
            mend: 'name it in deploy/runtime-contract.json, or install with --layout project',
          },
        ]
      : [...checkConda(ground), ...checkBinaries(ground)]
          .filter(({ state }) => state === 'drift')
          .map(driftReason)
  return [...conda, ...renderedReasons(contract), ...linkReasons(root)]
}

function driftReason({ what, source, expected, found, mend }: CheckItem): Reason {
  const message = `${what}: expected ${expected}, found ${found} (${source})`
  return { code: 'contract_drift', message, mend: mend ?? 'holdfast contract check' }
}

/** The check's mends install from there: it has to hold what is installed. */
function renderedReasons(contract: RuntimeContract): Reason[] {
  const stale = RENDERED_FILES.filter(({ file, text }) => textOf(join(CHECKOUT, file)) !== text(contract))
  return stale.map(({ file }) => ({
    code: 'not_rendered',
    message: `${join(CHECKOUT, file)} is not what its contract renders`,
    mend: `holdfast contract render`,
  }))
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}

function linkReasons(root: string): Reason[] {
  const link = join(root, RELEASE)
  const stat = lstatSync(link, { throwIfNoEntry: false })
  if (stat === undefined || stat.isSymbolicLink()) return []
  const mend = `mv ${shellWord(link)} ${shellWord(`${link}.set-aside`)}`
  return [{ code: 'current_is_no_link', message: `${link} should be a link to a release, and is none`, mend }]
}

/** In a unit these would have to be quoted in one way here and in another there. */
function unsuitedReasons({ code_dir: code, binaries, paths }: RuntimeContract): Reason[] {
  return [...(code === undefined ? [] : [code]), ...Object.values(binaries), ...Object.values(paths)]
    .filter((path) => !/^[\w@+=:,./-]+$/.test(path))
    .map((path) => ({
      code: 'path_unsuited',
      message: `${path} has characters that mean something to systemd`,
      mend: 'choose a path of letters, digits and @ + = : , . / _ - for the checkout, or in the contract',
    }))
}

function editedReasons(files: readonly PlannedFile[]): Reason[] {
  return files
    .filter(({ state }) => state === 'edited')
    .map(({ path, why }) => ({
      code: 'edited_by_hand',
      message: `${path}: ${why ?? 'edited by hand'}`,
      mend: 'put your lines into a drop-in (systemctl edit), then --force: the file is kept aside as …set-aside',
    }))
}

function notesOf(host: HostRoot, contract: RuntimeContract): string[] {
  const { user, group, paths } = contract
  const has = (file: string, name: string) => {
    const read = host.read(file, 4 * 1024 * 1024)
    return read.kind === 'text' && read.text.split('\n').some((line) => line.startsWith(`${name}:`))
  }
  const isThere = has('/etc/passwd', user) && has('/etc/group', group)
  return [
    ...(isThere
      ? []
      : [
          `the account ${user} of group ${group} is not in /etc/passwd and /etc/group; to make it: ` +
            `useradd --system --user-group --home-dir ${paths.state_dir} --shell /usr/sbin/nologin ${user}`,
        ]),
    ...(host.stat(GUNICORN_CONFIG) === null
      ? [`${GUNICORN_CONFIG} is still to be written: the target's own settings (docs/operations.md)`]
      : []),
    ...(contract.kind === 'production' ? [] : [`${installedContract(contract)} is of kind ${contract.kind}`]),
  ]
}
