/**
 * The guards, and how each is taken away. A simulation proves something only if it finds each of them missing: a
 * table of replacements, each of which must fit exactly once, so that it cannot outlive the code it speaks of.
 */
export interface Mutation {
  readonly guard: string
  /** Under `src`, or under `test/simulation` where what is guarded is a property of the world's ports. */
  readonly file: string
  readonly from: string
  readonly to: string
  /** Why no simulated world can tell the difference; such a one is not run. */
  readonly equivalent?: string
}

const DECIDE = 'src/domain/policy/decide.ts'
const FOLD = 'src/domain/journal/fold.ts'
const QUESTIONS = 'src/domain/journal/questions.ts'
const EVENT_CLOCK = 'src/domain/journal/event-clock.ts'
const CLAIM = 'src/domain/watchdog/claim.ts'
const MASTER = 'src/domain/watchdog/master-rules.ts'
const TRIGGERS = 'src/domain/watchdog/triggers.ts'
const ATTEMPT = 'src/agent/watchdog/attempt.ts'
const TAKE_REQUEST = 'src/agent/watchdog/take-request.ts'
const TICK = 'src/agent/watchdog/tick.ts'
const BEGIN = 'src/agent/watchdog/begin.ts'
const NOTE_CHANGES = 'src/agent/watchdog/note-changes.ts'
const ROLL = 'src/agent/watchdog/roll.ts'

export const MUTATIONS: readonly Mutation[] = [
  // The decision.
  { guard: 'gate: paused', file: DECIDE, from: "...when(signals.paused, 'maintenance_paused'),", to: '' },
  {
    guard: 'gate: guarded, automatic',
    file: DECIDE,
    from: "...when(guarded, 'guarded_mode_blocked'),",
    to: '',
  },
  {
    guard: 'gate: guarded, manual',
    file: DECIDE,
    from: "...when(guarded, 'manual_override_required'),",
    to: '',
  },
  {
    guard: 'gate: circuit',
    file: DECIDE,
    from: "...when(isGated(signals), 'circuit_open'),\n      ...when(cooling",
    to: '...when(cooling',
  },
  {
    guard: 'gate: half-open circuit',
    file: DECIDE,
    from: "circuit !== 'CLOSED' ||",
    to: "circuit === 'OPEN' ||",
  },
  {
    guard: 'gate: database',
    file: DECIDE,
    from: "circuit !== 'CLOSED' || !databaseReachable",
    to: "circuit !== 'CLOSED' || databaseReachable === null",
  },
  { guard: 'gate: cooldown, automatic', file: DECIDE, from: "...when(cooling, 'cooldown_active'),", to: '' },
  {
    guard: 'gate: cooldown, manual',
    file: DECIDE,
    from: "...when(cooling, 'cooldown_override_required'),",
    to: '',
  },
  {
    guard: 'override: acknowledged',
    file: DECIDE,
    from: 'override !== null && override.acknowledged && override',
    to: 'override !== null && override',
  },
  {
    guard: 'override: reason',
    file: DECIDE,
    from: "override.acknowledged && override.reason.trim() !== ''",
    to: 'override.acknowledged',
  },
  {
    guard: 'budget',
    file: DECIDE,
    from: 'counts.attemptsInWindow >= config.retryBudget',
    to: 'counts.attemptsInWindow > 1e9',
  },
  {
    guard: 'churn latches',
    file: DECIDE,
    from: 'config.guardedMode && churn >= config.churnThreshold',
    to: 'config.guardedMode && churn > 1e9',
  },
  {
    guard: 'gate: restart in progress',
    file: DECIDE,
    from: "if (signals.restartInProgress) return blocked(situation, ['restart_in_progress', ...refused])",
    to: '',
    equivalent: 'one process waits for its own attempt, and the lock keeps a second one away',
  },

  {
    guard: 'gate: the durable latch',
    file: DECIDE,
    from: 'signals.guardLatched || latchesGuard(config, counts)',
    to: 'latchesGuard(config, counts)',
  },
  {
    guard: 'a release hurries nothing',
    file: 'src/domain/policy/restarts.ts',
    from: 'if (isAttempt && (lastAttemptAt',
    to: 'if (isAttempt && released !== true && (lastAttemptAt',
  },

  // What counts, and for how long.
  {
    guard: 'churn counts restarts by others',
    file: 'src/domain/policy/restarts.ts',
    from: 'churn += 1\n',
    to: 'churn += Number(isAttempt)\n',
  },
  {
    guard: 'an attempt counts for the whole window',
    file: 'src/domain/policy/restarts.ts',
    from: 'isInPolicyWindow(at, now, config.windowMs)',
    to: 'isInPolicyWindow(at, now, config.windowMs / 2)',
  },
  {
    guard: 'restarts taken over count on',
    file: FOLD,
    from: "if (item.kind === 'imported') return item.counts",
    to: "if (item.kind === 'imported') return 'none'",
  },
  {
    guard: 'age on the monotonic clock',
    file: EVENT_CLOCK,
    from: 'return Math.max(0, now.monotonic - event.monotonic)',
    to: 'return Math.max(0, now.wall - event.wall)',
  },
  {
    guard: 'age across a reboot',
    file: EVENT_CLOCK,
    from: 'return lastedAfterMs(clock, event, past) + Math.max(0, now.monotonic)',
    to: 'return Math.max(0, now.wall - event.wall)',
  },
  {
    guard: 'order by the journal, not the wall clock',
    file: EVENT_CLOCK,
    from: 'return one.monotonic <= other.monotonic',
    to: 'return one.wall <= other.wall',
  },
  {
    guard: 'order of boots',
    file: EVENT_CLOCK,
    from: 'return indexOf(clock, one.boot) < indexOf(clock, other.boot)',
    to: 'return one.wall <= other.wall',
  },
  {
    guard: 'one order for both journals',
    file: 'src/agent/store/journal-history.ts',
    from: '(comesFirst(one.next, other.next, this.#presentBoot) ? -1 : 1)',
    to: '0',
  },
  {
    guard: 'one order for both journals within a boot',
    file: 'src/domain/journal/merge.ts',
    from: 'return left.monotonic <= right.monotonic',
    to: 'return left.wall <= right.wall',
  },
  {
    guard: 'no boot comes after the present one',
    file: 'src/agent/watchdog/memory.ts',
    from: 'new JournalHistory([world.journal, world.operators], world.boot)',
    to: 'new JournalHistory([world.journal, world.operators])',
  },
  {
    guard: 'one order for both journals across boots',
    file: 'src/domain/journal/merge.ts',
    from: 'if (leftWaits !== rightWaits) return rightWaits',
    to: '',
  },
  {
    guard: 'age of what lies in the future',
    file: FOLD,
    from: 'at.monotonic - Math.max(0, at.wall - wall)',
    to: 'at.monotonic - Math.abs(at.wall - wall) * 1e6',
  },
  {
    guard: 'refusals push out no restart',
    file: FOLD,
    from: 'history.toSpliced(history.findIndex(isAlike), 1)',
    to: 'history.toSpliced(0, 1)',
  },
  {
    guard: 'a crash makes no attempt undone',
    file: BEGIN,
    from: 'signalled: true,',
    to: 'signalled: success,',
  },
  {
    guard: 'history is taken over before anything is written',
    file: BEGIN,
    from: 'if (isNew) await takeOver(world, rules, memory)',
    to: '',
  },

  {
    guard: 'a history that cannot be read is not an empty one',
    file: BEGIN,
    from: "await record(world, memory, { type: 'guard_latched', churn: 0, window_ms, reason: 'state_unreadable' })",
    to: '',
  },
  {
    guard: 'latched before the file is put aside',
    file: BEGIN,
    from: "await record(world, memory, { type: 'guard_latched', churn: 0, window_ms, reason: 'state_unreadable' })\n  const aside = await world.putStateFileAside()",
    to: "const aside = await world.putStateFileAside()\n  await record(world, memory, { type: 'guard_latched', churn: 0, window_ms, reason: 'state_unreadable' })",
  },
  {
    guard: 'what was written is known',
    file: 'src/agent/watchdog/memory.ts',
    from: 'await memory.history.wrote(',
    to: 'await (',
  },
  {
    guard: 'open requests are not forgotten',
    file: 'src/domain/journal/requests.ts',
    from: '{ open: new Map(open).set(requestId, request), settled }',
    to: '{ open: new Map().set(requestId, request), settled }',
  },

  // The guard.
  {
    guard: 'latch is durable',
    file: 'src/domain/policy/due-latch.ts',
    from: 'return latchesGuard(policy, counts) ? counts.churn : null',
    to: 'return null',
  },
  {
    guard: 'latch as of the newest restart',
    file: 'src/domain/policy/due-latch.ts',
    from: 'guardReleasedAt: null, now: newest',
    to: 'guardReleasedAt: null, now: now.wall',
  },
  { guard: 'latch at each look', file: TICK, from: 'await latchIfDue(world, rules, memory)', to: '' },
  { guard: 'latch with the intent', file: ATTEMPT, from: 'await latchIfDue(world, rules, memory)', to: '' },
  { guard: 'latch at the start', file: BEGIN, from: 'await latchIfDue(world, rules, memory)', to: '' },
  {
    guard: 'no latch after a quiet window',
    file: 'src/domain/policy/due-latch.ts',
    from: "if (policy.guardRelease === 'window' && now.wall - newest > policy.windowMs) return null",
    to: '',
  },
  {
    guard: 'what a restart showed of a boot loop is kept',
    file: ATTEMPT,
    from: 'if (!result.success) memory.crew = { ...memory.crew, boots: context.boots.state }',
    to: '',
  },
  {
    guard: 'latch is found in the journal',
    file: FOLD,
    from: 'latchedAt: later(state, state.guard.latchedAt, at)',
    to: 'latchedAt: null',
  },
  {
    guard: 'release is required',
    file: QUESTIONS,
    from: "if (guardRelease === 'manual') return true",
    to: '',
  },
  {
    guard: 'release covers the past alone',
    file: QUESTIONS,
    from: 'return guard.releasedAt !== null && isAtOrBefore(clock, at, guard.releasedAt)',
    to: 'return guard.releasedAt !== null',
  },
  {
    guard: 'quiet window before the latch opens',
    file: QUESTIONS,
    from: 'return !hadQuietWindow(state, latchedAt, windowMs, now)',
    to: 'return false',
  },
  {
    guard: 'boot loop latches',
    file: NOTE_CHANGES,
    from: "await record(world, memory, { type: 'guard_latched', churn: 0, window_ms, reason: 'worker_boot_loop' })",
    to: 'void window_ms',
  },
  {
    guard: 'boot loop latches anew',
    file: TICK,
    from: 'await latchForBootLoop(world, rules, memory)',
    to: '',
  },
  {
    guard: 'pause lasts by the monotonic clock',
    file: QUESTIONS,
    from: 'return ageMs(clock, pause.at, now) < pause.until - pause.at.wall ? pause : null',
    to: 'return now.wall < pause.until ? pause : null',
  },

  // Intent, signal, outcome.
  {
    guard: 'intent before signal',
    file: ATTEMPT,
    from: "await record(world, memory, ...unrecordedClaim(memory, wish), {\n    type: 'intent',",
    to: "void ((..._: unknown[]) => null)(world, memory, {\n    type: 'intent',",
  },
  {
    guard: 'last look before signal',
    file: ATTEMPT,
    from: 'if (seen !== null && (await holdsStill(world, seen)))',
    to: 'if (seen !== null)',
  },
  {
    guard: 'a failing last look',
    file: ATTEMPT,
    from: 'const last = await lookOnceMore(context, before)',
    to: 'const last = await verifyMaster(context.world, context.rules, before.intended)',
  },
  {
    guard: 'asked again after the preflight',
    file: ATTEMPT,
    from: "if (decision.decision === 'blocked') {",
    to: "if (decision.decision === 'blocked' && decision.churn < 0) {",
  },
  {
    guard: 'what came meanwhile is read before that',
    file: ATTEMPT,
    from: 'ready.hasWaited ? await decideAgain(world, rules, memory, wish) : allowed.decision',
    to: 'allowed.decision',
  },
  {
    guard: 'the newest answer counts',
    file: ATTEMPT,
    from: 'memory.outcome = memory.probe?.answer ?? memory.outcome',
    to: '',
  },
  {
    guard: 'a stronger rung after a weaker one did not help',
    file: ATTEMPT,
    from: 'if (refusal !== null) return',
    to: "if (refusal !== null && refusal.reason !== 'rung_not_offered') return",
  },
  {
    guard: 'time for a rolled worker from the signal on',
    file: ROLL,
    from: '    const until = world.clock.monotonicNow() + eachMs\n    const notThere',
    to: '    const until = world.clock.monotonicNow() - eachMs\n    const notThere',
  },
  {
    guard: 'preflight passed',
    file: ATTEMPT,
    from: "return { kind: 'not_ready', reason: 'preflight_failed', detail: answer.lastLines }",
    to: "return { kind: 'ready', master: first.master, warning: '' }",
  },
  {
    guard: 'preflight unavailable stops the machine',
    file: ATTEMPT,
    from: "return ask.source === 'auto'\n        ? {",
    to: "return ask.source === 'auto' && ask.rung === 'service'\n        ? {",
  },
  {
    guard: 'preflight is passed over only by name',
    file: ATTEMPT,
    from: "overridden && ask.override?.passes.includes('preflight') === true",
    to: 'overridden',
  },
  {
    guard: 'old workers are gone',
    file: 'src/agent/watchdog/await-workers.ts',
    from: '!old.some((worker) => workers.some((other) => sameWorker(worker, other)))',
    to: 'old.length >= 0',
  },
  {
    guard: 'target answers well',
    file: 'src/agent/watchdog/await-workers.ts',
    from: 'if (isWell(outcome)) return null',
    to: 'return null',
  },
  {
    guard: 'by the same master',
    file: 'src/agent/watchdog/await-workers.ts',
    from: 'now === null || !isSame(now.identity, master.identity)',
    to: 'now === null',
  },
  {
    guard: 'by another master of the service',
    file: 'src/agent/watchdog/service.ts',
    from: 'now.verified && !isOld && now.master.workers.length > 0',
    to: 'now.verified && now.master.workers.length > 0',
  },
  {
    guard: 'after a crash: old workers are gone',
    file: BEGIN,
    from: 'now.length > 0 && !old.some((pid) => now.includes(pid))',
    to: 'now.length > 0',
  },
  {
    guard: 'after a crash: by the right master',
    file: BEGIN,
    from: "verdict.verified && isSame(verdict.master.identity, intended) !== (ask.rung === 'service')",
    to: 'verdict.verified',
  },
  {
    guard: 'after a crash: target answers well',
    file: BEGIN,
    from: 'const success = replaced && isWell(outcome)',
    to: 'const success = replaced',
  },
  {
    guard: 'one outcome for each intent',
    file: QUESTIONS,
    from: '.filter(({ outcome }) => outcome === null)',
    to: '',
  },
  {
    guard: 'outcome after a crash',
    file: BEGIN,
    from: 'for (const attempt of openAttempts(history)) await closeAttempt(world, memory, attempt, rules)',
    to: '',
  },
  {
    guard: 'abandoned by a watchdog that ended',
    file: FOLD,
    from: 'return { ...state, history: state.history.map(abandon) }',
    to: 'return state',
  },
  {
    guard: 'TTIN before TTOU',
    file: ROLL,
    from: "send(world, master.identity, 'SIGTTIN')",
    to: "send(world, master.identity, 'SIGTTOU')",
  },
  {
    guard: 'TTOU not while workers end at boot',
    file: ROLL,
    from: "if (notThere?.reason === 'worker_boot_loop') return notThere",
    to: '',
  },
  {
    guard: 'a roll in vain takes back what it asked for',
    file: ROLL,
    from: "const less = await send(world, master.identity, 'SIGTTOU')\n    if (notThere !== null) return notThere",
    to: "if (notThere !== null) return notThere\n    const less = await send(world, master.identity, 'SIGTTOU')",
  },
  {
    guard: 'a rung that helped ends the row of those in vain',
    file: 'src/domain/policy/ladder.ts',
    from: 'tried.slice(lastHelp + 1)',
    to: 'tried.slice(lastHelp < 0 ? 0 : 0)',
  },
  {
    guard: 'a rung tried long ago says nothing',
    file: 'src/domain/policy/from-history.ts',
    from: 'ageMs(clock, item.at, now) > windowMs',
    to: 'ageMs(clock, item.at, now) < 0',
  },
  {
    guard: 'the service is the one of the pid file',
    file: 'src/agent/watchdog/service-view.ts',
    from: "look.kind === 'unavailable' || look.mainPid === identity.pid",
    to: "look.kind === 'unavailable' || look.mainPid !== -identity.pid",
  },
  {
    guard: 'TTOU only when the new one is there',
    file: ROLL,
    from: 'await awaitWorkers(context, master, until, (workers) => workers.length > count)',
    to: 'null',
  },
  { guard: 'the machine takes the weakest rung', file: TICK, from: "rung: 'reload',", to: "rung: 'roll'," },
  {
    guard: 'patience after a failure',
    file: TICK,
    from: 'if (world.clock.monotonicNow() < memory.heldUntil) return null',
    to: '',
  },

  // The right master.
  { guard: 'start time', file: MASTER, from: 'one.start_ticks === other.start_ticks && ', to: '' },
  {
    guard: 'boot',
    file: MASTER,
    from: ' && one.boot === other.boot',
    to: '',
  },
  {
    guard: 'number',
    file: MASTER,
    from: "unless(identity.pid === pid, 'pid'",
    to: "unless(true, 'pid'",
  },
  {
    guard: 'executable',
    file: MASTER,
    from: 'prefixes.some((prefix) => isInside(identity.exe, prefix)),',
    to: 'prefixes.length > 0 || isInside(identity.exe, prefixes[0] ?? ""),',
  },
  {
    guard: 'command line',
    file: MASTER,
    from: '      isGunicorn(cmdline, standIn),',
    to: '      isGunicorn(cmdline, standIn) || cmdline.length > 0,',
  },
  { guard: 'owner', file: MASTER, from: 'unless(seen.uid === uid,', to: 'unless(true,' },
  { guard: 'children', file: MASTER, from: 'unless(strangers.length === 0,', to: 'unless(true,' },
  { guard: 'no worker', file: MASTER, from: 'seen.forkOf === null || seen.upgradeOf !== null,', to: 'true,' },
  {
    guard: 'the one that was meant',
    file: MASTER,
    from: 'meant === null || isSame(meant, identity),',
    to: 'true,',
  },
  {
    guard: 'upgrade in progress',
    file: MASTER,
    from: 'if (seen.upgradeOf !== null && meant === null)',
    to: 'if (seen.upgradeOf !== null && meant === null && seen.uid < 0)',
  },
  {
    guard: 'master still starting',
    file: MASTER,
    from: 'seen.workers.length > 0 || seen.ageMs >= startGraceMs',
    to: 'startGraceMs >= 0',
  },
  {
    guard: 'a roll counts the workers of its decision',
    file: ROLL,
    from: 'Math.max(master.workers.length, context.workers.length)',
    to: 'master.workers.length',
  },
  {
    guard: 'who is there at a late signal is old',
    file: 'src/agent/watchdog/reload.ts',
    from: 'return isLate(world, seenAt) ?',
    to: 'return isLate(world, seenAt) && false ?',
  },
  {
    guard: 'handlers of a young master',
    file: MASTER,
    from: 'isReady && seen.ageMs >= SETTLE_MS',
    to: 'isReady && seen.ageMs >= SETTLE_MS - 1000',
  },

  // Requests.
  {
    guard: 'settled is not done again',
    file: CLAIM,
    from: 'if (previous !== null && (previous.outcome !== null || previous.attempted))',
    to: 'if (previous !== null && previous.requestId === null)',
  },
  {
    guard: 'attempted is not done again',
    file: CLAIM,
    from: '(previous.outcome !== null || previous.attempted)',
    to: 'previous.outcome !== null',
    equivalent: 'an attempt has its outcome before the next claim is looked at, also after a crash',
  },
  {
    guard: 'time to live',
    file: CLAIM,
    from: 'if (ageMs > requestTtlMs)',
    to: 'if (ageMs > requestTtlMs * 1e6)',
  },
  {
    guard: 'override is authenticated',
    file: CLAIM,
    from: 'override: trustFlags ? overrideOf(flag) : null',
    to: 'override: trustFlags || true ? overrideOf(flag) : null',
  },
  {
    guard: 'the machine overrides nothing',
    file: CLAIM,
    from: "if (flag.manual_override !== true || flag.source === 'auto') return null",
    to: 'if (flag.manual_override !== true) return null',
  },
  {
    guard: 'a borrowed id is not the request',
    file: CLAIM,
    from: 'const isBorrowed = recorded !== null && !isAuthentic',
    to: 'const isBorrowed = recorded !== null && recorded.rung === "service"',
  },
  {
    guard: 'says the same as recorded',
    file: CLAIM,
    from: 'const isAuthentic = recorded !== null && saysTheSame(flag, recorded)',
    to: 'const isAuthentic = recorded !== null',
  },
  {
    guard: 'what was recorded is read before it is judged',
    file: TAKE_REQUEST,
    from: "await (answer === 'none' ? memory.history.catchUp() : memory.history.catchUpBriefly())",
    to: '',
  },
  {
    guard: 'in a hurry too, what others wrote since is read',
    file: 'src/agent/store/journal-history.ts',
    from: 'this.#cursors.filter((cursor) => !cursor.isAsMarked())',
    to: 'this.#cursors.filter(({ isAtStart }) => isAtStart)',
  },
  {
    guard: 'settled only at the end',
    file: TAKE_REQUEST,
    from: 'if (wish !== null) return wish',
    to: 'if (wish !== null) await world.flags.settle(answer.claim)\n  if (wish !== null) return wish',
  },
  {
    guard: 'the claim of an unfinished look comes again',
    file: TAKE_REQUEST,
    from: 'const answer = memory.unsettled ?? (await claim(world, memory))',
    to: 'const answer = await claim(world, memory)',
  },
  {
    guard: 'claimed once',
    file: TAKE_REQUEST,
    from: '(known?.claimed ?? null) === null ? [claimed] : []',
    to: '[claimed]',
  },
  {
    guard: 'what was recorded has its time',
    file: TAKE_REQUEST,
    from: 'if (ageMs(state.clock, at, timeNow(world)) <= requestTtlMs) return null',
    to: '',
  },
  { guard: 'claims come again after a failure', file: BEGIN, from: 'world.flags.recall()', to: '' },
  {
    guard: 'forgotten requests are closed',
    file: TICK,
    from: "if (taken === 'none') await closeForgotten(world, rules, memory)",
    to: '',
  },
  {
    guard: 'what is claimed in work is not forgotten',
    file: TICK,
    from: "if (taken === 'none') await closeForgotten",
    to: 'if (taken !== null) await closeForgotten',
  },

  // Triggers and what others do.
  { guard: 'looks in a row', file: TRIGGERS, from: 'counts[trigger] >= looks', to: 'counts[trigger] >= 1' },
  {
    guard: 'a good look begins anew',
    file: TRIGGERS,
    from: 'bad.target_failing ? state.counts.target_failing + 1 : 0',
    to: 'state.counts.target_failing + (bad.target_failing ? 1 : 0)',
  },
  { guard: 'off-switch', file: TRIGGERS, from: 'return enabled && counts', to: 'return counts' },
  {
    guard: 'start grace',
    file: TRIGGERS,
    from: 'return atMs - graceSinceMs < config.startGraceMs',
    to: 'return false',
  },
  {
    guard: 'no trigger without a master',
    file: TRIGGERS,
    from: 'if (!seen.masterAlive) return { state: { ...state, counts: NONE }, fired: [] }',
    to: '',
  },
  {
    guard: 'pool is exhausted',
    file: TRIGGERS,
    from: 'poolSaturation !== null && poolSaturation >= poolCritical',
    to: 'poolSaturation !== null && poolSaturation >= poolCritical / 4',
  },
  {
    guard: 'memory is above its limit',
    file: TRIGGERS,
    from: '(bytes) => bytes >= limit',
    to: '(bytes) => bytes >= limit / 4',
  },
  {
    guard: 'an answer that cannot be read is an answer',
    file: TRIGGERS,
    from: "return outcome.reason !== 'malformed'",
    to: 'return true',
  },
  {
    guard: 'probes count from when they were asked',
    file: NOTE_CHANGES,
    from: 'atMs: memory.probedAt ?? 0,',
    to: 'atMs: memory.probedAt === null ? 0 : Number.MAX_SAFE_INTEGER,',
  },
  {
    guard: 'a probe asked before a start says nothing of it',
    file: NOTE_CHANGES,
    from: 'if (isOfThisStart(memory)) countLook',
    to: 'countLook',
  },
  {
    guard: 'own restarts begin the grace anew',
    file: ATTEMPT,
    from: 'memory.triggers = afterStart(now)\n  memory.fired = []',
    to: '',
  },
  {
    guard: 'a probe asked before an own restart says nothing after it',
    file: ATTEMPT,
    from: 'memory.probe = null',
    to: '',
  },
  {
    guard: 'restarts by others are recorded',
    file: NOTE_CHANGES,
    from: 'crew.external !== null && now >= memory.quietUntil',
    to: 'crew.external !== null && now < 0',
  },
  {
    guard: 'restarts by others begin the grace anew',
    file: NOTE_CHANGES,
    from: 'memory.triggers = afterStart(now)\n    memory.fired = []',
    to: '',
  },

  // Survival.
  {
    guard: 'a look that fails is tried again',
    file: 'src/agent/watchdog/watch.ts',
    from: "if (error instanceof HoldfastProblem && error.code.startsWith('state_')) throw error",
    to: 'throw error',
  },
  {
    guard: 'after a failure of the journal all is opened anew',
    file: 'src/agent/watchdog/watch.ts',
    from: "if (error instanceof HoldfastProblem && error.code.startsWith('state_')) throw error",
    to: '',
  },
  {
    guard: 'a sign of life may fail',
    file: 'src/agent/watchdog/watch.ts',
    from: '    await tell(problem)\n  } catch (error) {',
    to: '    await tell(problem)\n  } catch (error) {\n    throw error',
  },

  // What the world's ports have to promise.
  {
    guard: 'port: one watchdog at a time',
    file: 'test/simulation/world-lock.ts',
    from: 'if (this.#holder !== null) return false',
    to: '',
  },
  {
    guard: 'port: a claim takes the flag away',
    file: 'test/simulation/world-flags.ts',
    from: 'this.flag = null\n    this.claims.set',
    to: 'this.claims.set',
  },
  {
    guard: 'port: compared at the signal',
    file: 'test/simulation/world-processes.ts',
    from: "return isProcess(process, identity) ? 'same' : 'other_process'",
    to: "return 'same'",
  },
  {
    guard: 'port: a hold on the process',
    file: 'test/simulation/world-processes.ts',
    from: "if (!process.isAlive) return table.has(identity.pid) ? 'other_process' : 'gone'",
    to: "if (!process.isAlive) return table.has(identity.pid) ? 'same' : 'gone'",
  },
]
