/** How the verdict on a gate looks: red only for what was run and found something. */
import type { GatesView, GateView } from '#domain/schemas/gates-api.ts'
import { gatesMessages } from '#web/messages-gates.ts'
import type { Look } from '#web/ui/look.ts'

const { verdicts } = gatesMessages.gates

export function gateLook({ verdict, reasons }: Pick<GateView, 'verdict' | 'reasons'>): Look {
  switch (verdict) {
    case 'passed':
      return { tone: 'ok', shape: 'disc', word: verdicts.passed }
    case 'waived':
      return { tone: 'held', shape: 'pause', word: verdicts.waived }
    case 'not_passed': {
      if (reasons.some(({ code }) => code === 'failed' || code === 'tampered')) {
        return { tone: 'bad', shape: 'cross', word: verdicts.not_passed }
      }
      const isMissing = reasons.some(({ code }) => code === 'not_run')
      return isMissing
        ? { tone: 'unknown', shape: 'ring', word: verdicts.not_run }
        : { tone: 'held', shape: 'triangle', word: verdicts.not_passed }
    }
  }
}

export function pageLook({ ready, blocks }: GatesView): Look {
  return ready
    ? { tone: 'ok', shape: 'disc', word: gatesMessages.ready }
    : { tone: 'held', shape: 'lock', word: gatesMessages.blocked(blocks.length) }
}

/** Enough to tell one from another at a glance; the whole stands in its title. */
export function shortHash(hash: string | null): string {
  return hash === null ? gatesMessages.build.none : hash.slice(0, 12)
}
