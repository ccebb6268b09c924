/** What the contract names on the disk: there, of whom, and who may write to it (RC3); and the conda environment (RC2). */
import type { Stats } from 'node:fs'
import {
  CONTRACT_SCOPE,
  drifted,
  matches,
  notApplicable,
  notChecked,
  type CheckItem,
  type Looked,
} from '#domain/contract/check-item.ts'
import type { Ground } from './ground.ts'
import { shellWord } from '#agent/shell-word.ts'
import { ownerOf, type NoOwner, type Owner } from './owner.ts'

/** Enough for the first lines of a script. */
const SCRIPT_BYTES = 256 * 1024

export function checkFiles(ground: Ground): CheckItem[] {
  const { paths } = ground.contract
  const owner = ownerOf(ground)
  return [
    ...('why' in owner ? [notChecked(looked(ground, 'user', '/etc/passwd'), owner.why, owner.mend)] : []),
    // A demonstration has no group that works on it.
    checkDirectory(ground, 'runtime_dir', ground.contract.kind === 'demonstration' ? 0o700 : 0o770, owner),
    checkDirectory(ground, 'state_dir', 0o700, owner),
    ...checkBinaries(ground),
    ...(['pid_file', 'restart_flag', 'state_file'] as const).flatMap((name) =>
      checkFileOrNothing(ground, name, paths[name]),
    ),
  ]
}

export function checkBinaries(ground: Ground): CheckItem[] {
  const { binaries } = ground.contract
  return (['interpreter', 'gunicorn', 'node'] as const).map((name) =>
    checkExecutable(ground, `binaries.${name}`, binaries[name]),
  )
}

function looked({ contractFile }: Ground, field: string, source: string): Looked {
  return { scope: CONTRACT_SCOPE, what: field, source, against: `${contractFile}: ${field}` }
}

function checkDirectory(
  ground: Ground,
  name: 'runtime_dir' | 'state_dir',
  required: number,
  owner: Owner | NoOwner,
): CheckItem {
  const path = ground.contract.paths[name]
  const at = looked(ground, `paths.${name}`, path)
  const stat = ground.host.stat(path)
  if ('why' in owner) return notChecked(at, owner.why, owner.mend)
  const mode = name === 'runtime_dir' ? '0770' : '0750'
  const place = shellWord(ground.host.at(ground.host.real(path)))
  const mend = `install -d -m ${mode} -o ${owner.uid} -g ${owner.gid} ${place}`
  const expected = `a directory of ${ground.contract.user}:${ground.contract.group}, mode ${mode}`
  if (stat === null) return drifted(at, { expected, found: 'nothing', mend })
  const found = statText(stat)
  if (!stat.isDirectory())
    return drifted(at, { expected, found, mend: `mv ${place} ${place}.set-aside && ${mend}` })
  // Writable by others, any account of the host could ask for a restart.
  const isGood = (stat.mode & required) === required && (stat.mode & 0o002) === 0
  const isOwned = stat.uid === owner.uid && (name === 'state_dir' || stat.gid === owner.gid)
  return isGood && isOwned ? matches(at, found) : drifted(at, { expected, found, mend })
}

function statText(stat: Stats): string {
  const kind = stat.isDirectory() ? 'a directory' : stat.isFile() ? 'a file' : 'neither file nor directory'
  return `${kind} of ${stat.uid}:${stat.gid}, mode ${(stat.mode & 0o7777).toString(8).padStart(4, '0')}`
}

function checkExecutable(ground: Ground, field: string, path: string): CheckItem {
  const at = looked(ground, field, path)
  const stat = ground.host.stat(path)
  const expected = 'a file that all may execute'
  if (stat === null) {
    const mend = `put it there, or correct ${field} in ${ground.contractFile}`
    return drifted(at, { expected, found: 'nothing', mend })
  }
  if (stat.isFile() && (stat.mode & 0o111) === 0o111) return matches(at, statText(stat))
  return drifted(at, {
    expected,
    found: statText(stat),
    mend: `chmod a+rx ${shellWord(ground.host.at(ground.host.real(path)))}`,
  })
}

/** They come and go; what is there in their place has to be a file. */
function checkFileOrNothing(ground: Ground, name: string, path: string): CheckItem[] {
  const stat = ground.host.stat(path)
  if (stat === null || stat.isFile()) return []
  const place = shellWord(ground.host.at(path))
  const mend = `mv ${place} ${place}.set-aside`
  return [
    drifted(looked(ground, `paths.${name}`, path), {
      expected: 'a file, or nothing',
      found: statText(stat),
      mend,
    }),
  ]
}

export function checkConda(ground: Ground): CheckItem[] {
  const { contract, host } = ground
  const { conda, binaries, kind } = contract
  const at = looked(ground, 'conda', conda?.prefix ?? binaries.interpreter)
  if (kind === 'demonstration')
    return [notApplicable(at, 'a demonstration takes the interpreter that is there')]
  if (conda === null) return [notApplicable(at, 'the contract names no conda environment')]
  const { prefix } = conda
  const history = `${prefix}/conda-meta/history`
  const isEnvironment = host.stat(history)?.isFile() === true && host.stat(`${prefix}/pyvenv.cfg`) === null
  const inside = Object.entries(binaries).map(([name, path]) => {
    const where = looked(ground, `binaries.${name}`, path)
    const directory = path.slice(0, path.lastIndexOf('/')) || '/'
    if (host.samePath(directory, `${prefix}/bin`))
      return matches({ ...where, what: `binaries.${name} in the prefix` }, path)
    return drifted(where, {
      expected: `in ${prefix}/bin`,
      found: path,
      mend: `correct binaries.${name} in ${ground.contractFile}`,
    })
  })
  const environment = looked(ground, 'conda.prefix', history)
  return [
    isEnvironment
      ? matches(environment, 'a conda environment')
      : drifted(environment, {
          expected: 'a conda environment: conda-meta/history, and no pyvenv.cfg',
          found: host.stat(`${prefix}/pyvenv.cfg`) === null ? 'no conda-meta/history' : 'pyvenv.cfg, a venv',
          mend: `conda create --prefix ${shellWord(prefix)} python gunicorn nodejs`,
        }),
    ...inside,
    checkShebang(ground, prefix),
  ]
}

/** pip and conda write the interpreter of their own environment into it; a copied script keeps that of another. */
function checkShebang(ground: Ground, prefix: string): CheckItem {
  const { host, contract } = ground
  const { gunicorn, interpreter } = contract.binaries
  const at = {
    ...looked(ground, 'binaries.interpreter', `${gunicorn}:1`),
    what: 'the interpreter that gunicorn names',
  }
  const anew = `conda install --force-reinstall --prefix ${shellWord(prefix)} gunicorn`
  const read = host.read(gunicorn, SCRIPT_BYTES)
  if (read.kind !== 'text')
    return notChecked(at, read.kind === 'unreadable' ? read.why : `it is ${read.kind}`, anew)
  const found = interpreterOf(read.text)
  if (found === null) return notChecked(at, 'it is no script', anew)
  // Not by the file alone: the interpreter of a venv is a link to the one that it was made from.
  const directory = found.slice(0, found.lastIndexOf('/'))
  if (host.samePath(directory, `${prefix}/bin`) && host.samePath(found, interpreter))
    return matches(at, found)
  const mend = `sed -i ${shellWord(`1c#!${interpreter}`)} ${shellWord(host.at(host.real(gunicorn)))}`
  return drifted(at, { expected: interpreter, found, mend })
}

/** A prefix too long for the kernel is named in the second line, which a shell executes. */
function interpreterOf(script: string): string | null {
  const [first = '', second = ''] = script.split('\n', 2)
  const long = /^'''exec' "?([^" ]+)"? /.exec(second)?.[1]
  if (/^#!\s*\/bin\/sh\b/.test(first) && long !== undefined) return long
  return /^#!\s*(\S.*?)\s*$/.exec(first)?.[1] ?? null
}
