/**
 * systemd, through `systemctl` (WD16): the one unit of the contract, the one verb, as fixed words and never
 * through a shell. The restart is only handed over (`--no-block`): systemd carries it out whether or not this
 * process lives, and what came of it is read from the process table like everything else.
 *
 * Whether it will be permitted cannot be asked beforehand: polkit answers only privileged processes about a
 * unit and a verb. Without the rule systemd refuses, and nothing has happened.
 */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { polkitRuleFile } from '#domain/contract/polkit-rule.ts'
import { cleanText } from '#domain/free-text.ts'
import type { DurationMs } from '#domain/time.ts'
import type { ServiceLook, ServiceManager } from '#agent/ports/service-manager.ts'
import { errorCode } from '#agent/settings/read-json.ts'

/** A loaded machine answers within a second; one that does not answer is not waited for. */
const LIMIT_MS: DurationMs = 10_000
const OUTPUT_LIMIT = 8_192
/** As sd_booted(3) has it. */
const BOOTED = '/run/systemd/system'
/** Who is not root is permitted by polkit alone, which is asked through the bus. */
const POLKIT = [
  '/run/dbus/system_bus_socket',
  '/usr/share/dbus-1/system-services/org.freedesktop.PolicyKit1.service',
]

export interface ServicePlace {
  /** null: the target is no service of this machine, as a demonstration. */
  readonly unit: string | null
  readonly systemctl?: string
  readonly booted?: string
}

export function systemdServices({
  unit,
  systemctl = '/usr/bin/systemctl',
  booted = BOOTED,
}: ServicePlace): ServiceManager {
  const ask = (...words: string[]) => run(systemctl, words)
  return {
    look: async () => {
      if (unit === null) return unavailable('the demonstration’s target is not run by systemd')
      if (!existsSync(booted)) return unavailable('systemd does not run here')
      if (process.geteuid?.() !== 0 && !POLKIT.every((file) => existsSync(file))) {
        return unavailable('this process is not root, and there is no polkit that could permit it')
      }
      return lookOf(unit, await ask('show', '--property=LoadState,ActiveState,MainPID', '--', unit))
    },
    restart: async () => {
      if (unit === null) return { kind: 'refused', detail: 'there is no unit to restart' }
      const answer = await ask('restart', '--no-block', '--no-ask-password', '--', unit)
      const refusal = refusalOf(answer)
      return refusal === null ? { kind: 'begun' } : { kind: 'refused', detail: refusal }
    },
  }
}

function lookOf(unit: string, answer: Answer): ServiceLook {
  if (answer.kind === 'not_started') return unavailable(answer.detail)
  if (answer.code !== 0) return unavailable(`systemctl cannot say anything of ${unit}: ${answer.errors}`)
  const told = new Map(answer.output.split('\n').map((line) => line.split('=', 2) as [string, string]))
  const loaded = told.get('LoadState') ?? 'unknown'
  if (loaded !== 'loaded') return unavailable(`systemd has no unit ${unit} to restart (${loaded})`)
  const hasFailed = told.get('ActiveState') === 'failed'
  return { kind: 'available', mainPid: Number(told.get('MainPID') ?? 0), hasFailed }
}

/** null: taken over, or not known to be refused. Then it counts as begun: a restart is never under-counted. */
function refusalOf(answer: Answer): string | null {
  if (answer.kind === 'not_started') return answer.detail
  if (answer.code === 0 || !/^Failed to (restart|connect)\b/m.test(answer.errors)) return null
  const isDenied = /authentication required|access denied/i.test(answer.errors)
  return isDenied ? `${answer.errors}; the rule ${polkitRuleFile} permits it` : answer.errors
}

function unavailable(detail: string): ServiceLook {
  return { kind: 'unavailable', detail }
}

type Answer =
  | { readonly kind: 'not_started'; readonly detail: string }
  /** null as code: a signal ended it, which may have been ours, at the limit. */
  | { readonly kind: 'ended'; readonly code: number | null; readonly output: string; readonly errors: string }

function run(program: string, words: readonly string[]): Promise<Answer> {
  return new Promise((settle) => {
    const child = spawn(program, words, {
      // In one language, so that it can be read.
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: LIMIT_MS,
      killSignal: 'SIGKILL',
    })
    const said = { output: '', errors: '' }
    child.stdout.on(
      'data',
      (chunk: Buffer) => (said.output = `${said.output}${chunk}`.slice(0, OUTPUT_LIMIT)),
    )
    child.stderr.on(
      'data',
      (chunk: Buffer) => (said.errors = `${said.errors}${chunk}`.slice(0, OUTPUT_LIMIT)),
    )
    child.once('error', (error) => {
      const detail =
        errorCode(error) === 'ENOENT' ? `${program} is not there` : `${program}: ${errorCode(error)}`
      settle({ kind: 'not_started', detail })
    })
    child.once('close', (code) => {
      const [firstLine = ''] = said.errors.split('\n')
      settle({ kind: 'ended', code, output: said.output, errors: cleanText(firstLine) })
    })
  })
}
