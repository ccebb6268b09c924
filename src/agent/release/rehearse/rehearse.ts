/** A rehearsal (MG4): the walk with each kind of worker, one after the other, each in a directory of its own below the root. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { HoldfastProblem } from '#domain/problems.ts'
import { rehearsalReasons, type Rehearsal, type Walk } from '#domain/release/rehearsal.ts'
import { errorCode } from '#agent/settings/read-json.ts'
import { loadSettings } from '#agent/settings/settings.ts'
import { ScratchGround } from './scratch-ground.ts'
import { walkOnce, type TellStep } from './walk.ts'

const KINDS: readonly Walk['worker_class'][] = ['sync', 'gthread']
/** Says whose directory it is: only then is what lies in it ours to remove. */
const MARKER = '.holdfast-rehearsal'

export interface RehearsalAsk {
  /** null: one of its own, removed when all went well. */
  readonly root: string | null
  readonly env: NodeJS.ProcessEnv
  readonly tell: TellStep
}

export async function rehearse({ root, env, tell }: RehearsalAsk): Promise<Rehearsal> {
  const place = root === null ? mkdtempSync(join(tmpdir(), 'holdfast-rehearsal-')) : claimed(resolve(root))
  const walks: Walk[] = []
  const times: number[] = []
  let [target, target_ms] = ['none', 0]
  for (const kind of KINDS) {
    const ground = await ScratchGround.open(join(place, kind), env)
    target = ground.gunicorn
    target_ms = loadSettings(ground.env, null).config.values['rollback.target_s'] * 1000
    const { walk, rollbackMs } = await interruptible(ground, () => walkOnce(ground, kind, tell))
    walks.push(walk)
    if (rollbackMs !== null) times.push(rollbackMs)
  }
  const took_ms = times.length === KINDS.length ? Math.max(...times) : null
  const rollback = { took_ms, target_ms }
  const reasons = rehearsalReasons(walks, rollback)
  if (reasons.length === 0) {
    for (const kind of KINDS) rmSync(join(place, kind), { recursive: true, force: true })
    if (root === null) rmSync(place, { recursive: true, force: true })
  }
  return { ok: reasons.length === 0, root: place, target, walks, rollback, reasons }
}

const INTERRUPTS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** What a rehearsal has started has sessions of its own: whoever interrupts it reaches none of them. */
async function interruptible<T>(ground: ScratchGround, walk: () => Promise<T>): Promise<T> {
  const letGo = () => {
    for (const signal of INTERRUPTS) process.off(signal, end)
  }
  const end = (signal: NodeJS.Signals) => {
    ground.kill()
    letGo()
    process.kill(process.pid, signal)
  }
  for (const signal of INTERRUPTS) process.on(signal, end)
  try {
    return await walk()
  } finally {
    letGo()
  }
}

/** An empty directory, or one of an earlier rehearsal: nobody's things are removed by mistake. */
function claimed(root: string): string {
  try {
    mkdirSync(root, { recursive: true })
    const names = readdirSync(root)
    if (names.length > 0 && !names.includes(MARKER)) {
      const detail = `${root} is neither empty nor that of a rehearsal: name another --root`
      throw new HoldfastProblem('directory_unusable', detail)
    }
    writeFileSync(join(root, MARKER), '')
    return root
  } catch (cause) {
    if (cause instanceof HoldfastProblem) throw cause
    throw new HoldfastProblem('directory_unusable', `${root} (${errorCode(cause)})`, { cause })
  }
}
