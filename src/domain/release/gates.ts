/**
 * The gates a release has to pass (MG1): what each one protects, and how it is run. Each is a program of its own that
 * prints one report (`gate-report.ts`): one that hangs, dies or is not there is told apart from one that finds something.
 */
import type { DurationMs } from '../time.ts'

export interface GateSpec {
  readonly title: string
  /** What would go wrong, unseen, without it. */
  readonly protects: string
  readonly program: GateProgram
  /** A program that takes longer has not passed. */
  readonly limitMs: DurationMs
  /** What it measures or starts would be disturbed by others at the same time. */
  readonly runsAlone: boolean
  /** How long its evidence is good for. */
  readonly validMs: DurationMs
}

/** `script`: of the checkout, by a tool that comes with no image; `holdfast`: a command of this very program. */
export type GateProgram =
  | { readonly kind: 'script'; readonly file: string }
  | { readonly kind: 'holdfast'; readonly words: readonly string[] }

const SECOND: DurationMs = 1000
const HOUR: DurationMs = 3600 * SECOND
/** A build does not change any more; what it runs on does. */
const OF_BUILD = 7 * 24 * HOUR
const OF_HOST = 24 * HOUR

const script = (name: string): GateProgram => ({ kind: 'script', file: `test/gates/${name}.ts` })

export const GATES = {
  'functional-parity': {
    title: 'Functional parity',
    protects: 'each critical page and workflow says the same in the console and on the classic page',
    program: script('functional-parity'),
    limitMs: 240 * SECOND,
    runsAlone: false,
    validMs: OF_BUILD,
  },
  'build-integrity': {
    title: 'Build integrity',
    protects:
      'every asset of the console is there, hashed, served, within its budget, and gives nothing away',
    program: script('build-integrity'),
    limitMs: 120 * SECOND,
    runsAlone: false,
    validMs: OF_BUILD,
  },
  'drawer-visibility': {
    title: 'Drawer visibility',
    protects: 'each role sees the drawers and pages that were reviewed for it, and no other',
    program: script('drawer-visibility'),
    limitMs: 180 * SECOND,
    runsAlone: false,
    validMs: OF_BUILD,
  },
  'operational-health': {
    title: 'Operational health',
    protects: 'agent, watchdog, target and shell start from this build and say that they are well',
    program: script('operational-health'),
    limitMs: 120 * SECOND,
    runsAlone: false,
    validMs: OF_HOST,
  },
  'runtime-resilience': {
    title: 'Runtime resilience',
    protects:
      'a full pool and an open breaker are answered fast and with a time to come back, and both recover',
    program: script('runtime-resilience'),
    limitMs: 240 * SECOND,
    runsAlone: true,
    validMs: OF_BUILD,
  },
  'compute-parity': {
    title: 'Compute parity',
    protects: 'every metric is what a baseline says that shares no code with it',
    program: script('compute-parity'),
    limitMs: 180 * SECOND,
    runsAlone: false,
    validMs: OF_BUILD,
  },
  'runtime-contract': {
    title: 'Runtime contract',
    protects: 'units, environment and files are those of the one contract',
    program: script('runtime-contract'),
    limitMs: 30 * SECOND,
    runsAlone: false,
    validMs: OF_HOST,
  },
  rehearsal: {
    title: 'Rehearsal',
    protects: 'restart under load and rollback were walked with a real gunicorn before they are needed',
    program: { kind: 'holdfast', words: ['rehearse', '--json'] },
    limitMs: 240 * SECOND,
    runsAlone: true,
    validMs: OF_HOST,
  },
  documentation: {
    title: 'Documentation',
    protects: 'what README and docs say of contract, commands and files is what is there',
    program: script('documentation'),
    limitMs: 30 * SECOND,
    runsAlone: false,
    validMs: OF_BUILD,
  },
  'image-contract': {
    title: 'Image contract',
    protects: 'a deployable image holds what it needs to run, and nothing else',
    program: { kind: 'holdfast', words: ['image', 'check', '--json'] },
    limitMs: 120 * SECOND,
    runsAlone: false,
    validMs: OF_BUILD,
  },
} as const satisfies Record<string, GateSpec>

export type GateId = keyof typeof GATES

export const GATE_IDS = Object.keys(GATES) as readonly GateId[]

export function gateSpec(id: GateId): GateSpec {
  return GATES[id]
}

export function isGateId(text: string): text is GateId {
  return Object.hasOwn(GATES, text)
}
