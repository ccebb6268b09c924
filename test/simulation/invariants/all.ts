/** Every promise that is watched, in the order in which a broken one is named. */
import type { WatchdogRules } from '#agent/watchdog/rules.ts'
import { BootLoopsAreLeftAlone } from './boot-loop.ts'
import { WithinBudget } from './budget.ts'
import { ChainsFit } from './chain.ts'
import type { Checker } from './checker.ts'
import { ClaimsAreKept } from './claims.ts'
import { NeverUnderCounted } from './counts.ts'
import { ExternalsAreSeen } from './externals.ts'
import { ObeysGates } from './gates.ts'
import { GuardStaysShut } from './guard-shown.ts'
import { IntentFirst } from './intent-first.ts'
import { LatchesWhenDue } from './latch-due.ts'
import type { Ledger } from './ledger.ts'
import { FailsPatiently } from './patience.ts'
import { WeakestFirst } from './ladder.ts'
import { PreflightPasses } from './preflight.ts'
import { ReadersAreTold } from './readers.ts'
import { RequestsEnd } from './requests-end.ts'
import { RightMaster } from './right-master.ts'
import { RightUnit } from './right-unit.ts'
import { RollsTakeBack } from './roll-back.ts'
import { OpensAnewForItsJournal } from './opened-anew.ts'
import { Survives } from './survives.ts'
import { TriggersLast } from './triggers.ts'
import { SuccessIsReal } from './verified.ts'

export function checkersFor(rules: WatchdogRules, ledger: Ledger): Checker[] {
  return [
    new IntentFirst(ledger),
    new RightMaster(ledger),
    new WithinBudget(ledger),
    new ObeysGates(ledger),
    new GuardStaysShut(ledger),
    new NeverUnderCounted(ledger),
    new RequestsEnd(rules),
    new ClaimsAreKept(ledger),
    new PreflightPasses(ledger),
    new TriggersLast(rules),
    new ExternalsAreSeen(rules),
    new SuccessIsReal(ledger),
    new ChainsFit(),
    new BootLoopsAreLeftAlone(ledger),
    new FailsPatiently(ledger),
    new ReadersAreTold(),
    new WeakestFirst(ledger),
    new RightUnit(ledger),
    new RollsTakeBack(ledger),
    new LatchesWhenDue(ledger),
    new OpensAnewForItsJournal(),
    new Survives(),
  ]
}
