/** The demonstration's command line. Each mistake is answered with a sentence that names the option. */
import { parseArgs } from 'node:util'
import { HoldfastProblem } from '#domain/problems.ts'
import { SCENARIOS } from '#domain/schemas/demonstration.ts'
import type { Scenario } from '#domain/schemas/demonstration.ts'

export const TARGET_CHOICES = ['auto', 'gunicorn', 'node'] as const
export type TargetChoice = (typeof TARGET_CHOICES)[number]

export interface HostPort {
  readonly host: string
  readonly port: number
}

export interface DemoArguments {
  readonly contractFile: string
  readonly statsd: HostPort
  readonly scenario: Scenario
  readonly target: TargetChoice
  /** Durations of phases are divided by this. */
  readonly speed: number
}

// A phase of the tour lasts at least 20 s; a thousandth of that is already shorter than any effect.
const SPEED_MAX = 1000

export function parseDemoArguments(argv: string[]): DemoArguments {
  const given = readOptions(argv)
  return {
    contractFile: required('--contract', given.contract),
    statsd: parseHostPort('--statsd', required('--statsd', given.statsd)),
    scenario: oneOf('--scenario', SCENARIOS, given.scenario ?? 'tour'),
    target: oneOf('--target', TARGET_CHOICES, given.target ?? 'auto'),
    speed: parseSpeed(given.speed ?? '1'),
  }
}

function readOptions(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      options: {
        contract: { type: 'string' },
        statsd: { type: 'string' },
        scenario: { type: 'string' },
        target: { type: 'string' },
        speed: { type: 'string' },
      },
    }).values
  } catch (cause) {
    throw usage(cause instanceof Error ? cause.message : String(cause), cause)
  }
}

function required(option: string, value: string | undefined): string {
  if (value === undefined || value === '') throw usage(`${option} is missing`)
  return value
}

function oneOf<T extends string>(option: string, choices: readonly T[], value: string): T {
  const choice = choices.find((candidate) => candidate === value)
  if (choice === undefined) throw usage(`${option} must be one of ${choices.join(', ')}; found ${value}`)
  return choice
}

function parseSpeed(value: string): number {
  const speed = Number(value)
  if (!(speed > 0 && speed <= SPEED_MAX)) {
    throw usage(`--speed must be a number above 0 and at most ${SPEED_MAX}; found ${value}`)
  }
  return speed
}

/** `HOST:PORT`, an IPv6 address in brackets. */
export function parseHostPort(where: string, value: string): HostPort {
  const match = /^(?:\[([0-9a-fA-F:]+)\]|([^\s:[\]]+)):(\d{1,5})$/.exec(value)
  const host = match?.[1] ?? match?.[2]
  const port = Number(match?.[3])
  if (host === undefined || !(port >= 1 && port <= 65535)) {
    throw usage(`${where} must be HOST:PORT; found ${value}`)
  }
  return { host, port }
}

function usage(detail: string, cause?: unknown): HoldfastProblem {
  return new HoldfastProblem('usage', detail, { cause })
}
