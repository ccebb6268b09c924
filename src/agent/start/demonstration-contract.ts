/** The runtime contract of what `npm start` starts: real paths and ports, and plainly a demonstration's. */
import { access, constants } from 'node:fs/promises'
import { join } from 'node:path'
import type { RuntimeContract } from '#domain/schemas/runtime-contract.ts'
import { SHIPPED_CONTRACT } from '#agent/places.ts'
import { loadContract } from '#agent/settings/load-contract.ts'
import { freeTcpPort } from './free-port.ts'

interface Directories {
  stateDir: string
  runtimeDir: string
}

export async function demonstrationContract({ stateDir, runtimeDir }: Directories): Promise<RuntimeContract> {
  const shipped = loadContract(SHIPPED_CONTRACT, {}).contract
  return {
    version: shipped.version,
    kind: 'demonstration',
    conda: null,
    binaries: {
      interpreter: await firstExecutable('python3'),
      gunicorn: await firstExecutable('gunicorn'),
      node: process.execPath,
    },
    paths: {
      runtime_dir: runtimeDir,
      state_dir: stateDir,
      pid_file: join(runtimeDir, 'gunicorn.pid'),
      restart_flag: join(runtimeDir, 'restart.flag'),
      state_file: join(stateDir, 'restart-state.json'),
    },
    bind: `127.0.0.1:${await freeTcpPort()}`,
    units: shipped.units,
    user: shipped.user,
    group: shipped.group,
    watchdog: shipped.watchdog,
  }
}

/** The system's own first: its gunicorn and its Python belong together, those found on PATH may not. */
async function firstExecutable(name: string): Promise<string> {
  const preferred = `/usr/bin/${name}`
  const found = (process.env.PATH ?? '').split(':').map((directory) => join(directory, name))
  for (const candidate of [preferred, ...found]) {
    const usable = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (usable) return candidate
  }
  return preferred
}
