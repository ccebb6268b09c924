import type { Host } from './host.ts'

/**
 * The moments at which the most can go wrong: what was decided is about to be done, what happened is not told yet, or
 * a signal would end whoever gets it. They are short, so that without this hardly anything would ever happen in one.
 */
export function isWorstMoment(host: Host): boolean {
  const { watchdogs, processes, clock } = host
  const isAboutToAct = watchdogs.some(
    (watchdog) => watchdog.waitsFor('processes.signal') || watchdog.waitsFor('preflight'),
  )
  return isAboutToAct || host.isNewsAfoot() || clock.now < (processes.master?.handlersAt ?? 0)
}
