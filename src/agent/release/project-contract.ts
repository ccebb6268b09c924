/**
 * The contract of the layout `project` (SD1): the shipped one with the code in the checkout, and with the first
 * environment, in the documented order, that has both Python and gunicorn.
 */
import { join } from 'node:path'
import type { RuntimeContract } from '#domain/schemas/runtime-contract.ts'
import type { HostRoot } from '#agent/contract/host-root.ts'

export interface ProjectContract {
  readonly contract: RuntimeContract
  /** Which environment was taken and why, as one sentence. */
  readonly chosen: string
}

interface Candidate {
  readonly what: string
  readonly bin: string
}

interface Wanted {
  readonly host: HostRoot
  readonly shipped: RuntimeContract
  readonly checkout: string
  /** Node that runs this program; taken where the environment has none. */
  readonly node: string
  readonly env: Readonly<Record<string, string | undefined>>
}

export function projectContract({ host, shipped, checkout, node, env }: Wanted): ProjectContract {
  const isThere = (path: string) => ((host.stat(path)?.mode ?? 0) & 0o111) !== 0
  const { conda, ...rest } = shipped
  const passed: string[] = []
  for (const { what, bin } of candidates(shipped, checkout, env)) {
    if (!['python3', 'gunicorn'].every((name) => isThere(join(bin, name)))) {
      passed.push(bin)
      continue
    }
    const isContracts = conda !== null && bin === join(conda.prefix, 'bin')
    const own = join(bin, 'node')
    return taken({ what, bin }, { isContracts, node: isThere(own) ? own : node })
  }
  return taken(SYSTEM, { isContracts: false, node })

  function taken(
    one: Candidate,
    { isContracts, node: nodeTaken }: { isContracts: boolean; node: string },
  ): ProjectContract {
    const because =
      passed.length === 0 ? 'the first in order' : `no python3 and gunicorn in ${passed.join(', ')}`
    return {
      contract: {
        version: rest.version,
        kind: rest.kind,
        code_dir: checkout,
        conda: isContracts ? conda : null,
        binaries: {
          interpreter: join(one.bin, 'python3'),
          gunicorn: join(one.bin, 'gunicorn'),
          node: nodeTaken,
        },
        paths: rest.paths,
        bind: rest.bind,
        units: rest.units,
        user: rest.user,
        group: rest.group,
        watchdog: rest.watchdog,
      },
      chosen: `${one.what}, ${one.bin} (${because})${isContracts ? '' : '; the contract says that it is no conda environment'}`,
    }
  }
}

const SYSTEM: Candidate = { what: "the system's own", bin: '/usr/bin' }

function candidates(
  { conda }: RuntimeContract,
  checkout: string,
  { CONDA_PREFIX, VIRTUAL_ENV }: Wanted['env'],
): Candidate[] {
  const active = [CONDA_PREFIX, VIRTUAL_ENV].filter((prefix) => prefix?.startsWith('/') === true)
  return [
    ...(conda === null ? [] : [{ what: "the contract's prefix", bin: join(conda.prefix, 'bin') }]),
    ...['.conda', '.venv', 'venv', 'env'].map((name) => ({
      what: "the project's own environment",
      bin: join(checkout, name, 'bin'),
    })),
    ...active.map((prefix) => ({
      what: 'the running interpreter, of the active environment',
      bin: join(prefix ?? '', 'bin'),
    })),
    SYSTEM,
  ]
}
