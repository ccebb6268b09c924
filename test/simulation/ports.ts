/**
 * The ports of one watchdog process. Each call is a step of its own: it waits until the simulation lets it happen,
 * and around it anything may happen. A process that was killed waits for ever, as the dead do: no `catch` of its
 * own ever sees the end.
 */
import { HoldfastProblem } from '#domain/problems.ts'
import type { Journal, RestartJournal } from '#agent/ports/journal.ts'
import type { Journals } from '#agent/watchdog/watch.ts'
import type { World } from '#agent/watchdog/world.ts'
import type { Claim } from '#agent/ports/flag-directory.ts'
import type { Host } from './host.ts'
import type { FlagView } from './world-flags.ts'
import { identityOf, type ProcessView } from './world-processes.ts'

interface PortSpec {
  /** How long it usually takes. */
  readonly ms: readonly [number, number]
  /** What a slow one takes more, at most. */
  readonly slowMs: number
  /** null: this port never throws. */
  readonly error: (() => Error) | null
  /**
   * How much more often than a mere look it meets a crash or a failure: what it changes is what can be half done, and
   * what happens seldom is to be struck as often as the rest.
   */
  readonly risk: number
}

const QUICK: readonly [number, number] = [0.02, 0.5]
const busy = () => new HoldfastProblem('state_unreadable', 'the database is busy')
const noSpace = () => new Error('ENOSPC: no space left on device')
const unusable = () => new HoldfastProblem('directory_unusable', 'the runtime directory cannot be written')

export const PORTS = {
  'journal.append': { ms: [0.2, 2], slowMs: 300, risk: 8, error: null },
  'journal.read': { ms: QUICK, slowMs: 100, risk: 1, error: busy },
  'operators.read': { ms: QUICK, slowMs: 100, risk: 1, error: busy },
  'flags.claim': { ms: QUICK, slowMs: 250, risk: 8, error: unusable },
  'flags.settle': { ms: QUICK, slowMs: 100, risk: 8, error: () => new Error('EROFS: read-only file system') },
  'flags.reject': { ms: QUICK, slowMs: 100, risk: 8, error: unusable },
  'processes.readPidFile': { ms: QUICK, slowMs: 20, risk: 1, error: null },
  'processes.sight': {
    ms: QUICK,
    slowMs: 100,
    risk: 1,
    error: () => new Error('EMFILE: too many open files'),
  },
  'processes.holdsStill': {
    ms: QUICK,
    slowMs: 20,
    risk: 8,
    error: () => new Error('EMFILE: too many open files'),
  },
  'processes.signal': {
    ms: QUICK,
    slowMs: 20,
    risk: 40,
    error: () => new HoldfastProblem('signal_not_permitted', 'EPERM'),
  },
  probe: { ms: [1, 10], slowMs: 700, risk: 1, error: null },
  preflight: { ms: [200, 4_000], slowMs: 9_000, risk: 8, error: null },
  publishStatus: { ms: QUICK, slowMs: 100, risk: 1, error: noSpace },
  publishHistory: { ms: QUICK, slowMs: 100, risk: 8, error: noSpace },
  readStateFile: { ms: QUICK, slowMs: 20, risk: 40, error: null },
  putStateFileAside: { ms: QUICK, slowMs: 20, risk: 40, error: () => new Error('EACCES: permission denied') },
  sleep: { ms: [0, 1], slowMs: 2_000, risk: 1, error: null },
  'service.look': { ms: QUICK, slowMs: 200, risk: 8, error: null },
  'service.restart': { ms: QUICK, slowMs: 200, risk: 40, error: null },
  pause: { ms: [0, 1], slowMs: 5_000, risk: 1, error: null },
} as const satisfies Record<string, PortSpec>
export type PortName = keyof typeof PORTS

/** Whose ports they are. */
export interface PortCaller {
  readonly id: number
  readonly boot: string
  readonly view: ProcessView
  readonly flags: FlagView
  claim(): Claim
  orAsked<T>(work: Promise<T>): Promise<T | null>
  call<T>(port: PortName, spec: CallSpec<T>): Promise<T>
}

export interface CallSpec<T> {
  readonly act: () => T
  /** What is known once the watchdog has had its answer. */
  readonly then?: (answer: T) => void
  /** What is done when the power fails in the middle. */
  readonly half?: () => void
  readonly takesMs?: number
}

/** A call that waits to be let. */
export interface PortCall {
  readonly port: PortName
  dueAt: number
  /** It has been made slow once; not again. */
  isSlowed: boolean
  readonly half: () => void
  /** Does it, and answers the watchdog, or does it and does not. */
  readonly happen: (isAnswered: boolean) => void
  readonly fail: (error: Error) => void
}

/** An open connection to the journal: after an I/O error nobody knows what it wrote, so it writes no more. */
export function openJournalOf(host: Host, caller: PortCaller): RestartJournal {
  const disk = host.journal
  let isBroken = false
  const unwritable = (why: string) => {
    host.tell({ kind: 'port_failed', by: caller.id, port: 'journal.append' })
    return new HoldfastProblem('state_unwritable', why)
  }
  if (disk.recover()) host.mark('torn_row_cut_off')
  return {
    appendTogether: (events, time) => {
      const askedAt = host.clock.now
      const write = () => disk.write(events, time, askedAt, caller.id)
      return caller.call('journal.append', {
        half: () => void write(),
        act: () => {
          if (isBroken || !host.takeDiskRoom()) throw unwritable('the disk is full')
          if (host.failsFlush()) {
            isBroken = true
            write()
            host.areDurable(disk.name, disk.killWriter(host.random))
            throw unwritable('EIO: i/o error')
          }
          const records = write()
          disk.flush()
          host.areDurable(disk.name, records)
          return records.map(({ row }) => row)
        },
      })
    },
    read: (after, limit) => caller.call('journal.read', { act: () => disk.read(after, limit) }),
    mark: () => disk.mark(caller.id),
    // What a full disk leaves to the runtime directory is proved with real disks.
    isSpooling: () => false,
    retry: async () => undefined,
    close: async () => undefined,
  }
}

/** The manager waits for whoever is still starting, and names nobody by number. */
const IN_TIME = { isTooEarly: false, unnamedForMs: 0 }

/** While workers end at boot, the socket that their master holds takes connections, and nobody answers them. */
const PROBE_LIMIT_MS = 1_000

export function operatorsOf(host: Host, caller: PortCaller): Pick<Journal, 'read' | 'mark' | 'close'> {
  return {
    read: (after, limit) => caller.call('operators.read', { act: () => host.operators.read(after, limit) }),
    mark: () => host.operators.mark(null),
    close: async () => undefined,
  }
}

export function worldOf(host: Host, caller: PortCaller, { journal, operators }: Journals): World {
  const { clock } = host
  const { id: by, view } = caller
  return {
    clock,
    boot: caller.boot,
    journal,
    operators,
    flags: {
      claim: () => caller.call('flags.claim', { act: () => caller.claim() }),
      settle: (claim) =>
        caller.call('flags.settle', {
          act: () => host.runtime.remove(claim, clock.now),
          then: () => host.tell({ kind: 'claim_removed', by, claim }),
        }),
      reject: (claim) => caller.call('flags.reject', { act: () => host.runtime.reject(claim, clock.now) }),
      recall: () => caller.flags.recall(),
      watch: () => ({ close: () => undefined }),
    },
    processes: {
      readPidFile: () =>
        caller.call('processes.readPidFile', {
          act: () => host.processes.readPidFile(),
          then: (file) =>
            host.tell({ kind: 'pid_file_read', by, pid: file.kind === 'pid' ? file.pid : null }),
        }),
      sight: (pid) =>
        caller.call('processes.sight', {
          act: () => view.sight(pid),
          then: (master) => host.tell({ kind: 'sighted', by, master }),
        }),
      holdsStill: (sighting) => caller.call('processes.holdsStill', { act: () => view.holdsStill(sighting) }),
      signal: (named, signal, whom = 'begun_with') =>
        caller.call('processes.signal', {
          act: () => {
            const check = view.check(named)
            if (check !== 'same') return check
            if (whom === 'named' && !host.processes.isNamed(named.pid)) return 'not_named'
            const process = host.processes.table.get(named.pid)
            if (process === undefined) return 'gone'
            const isTooEarly = clock.now < process.handlersAt
            const unnamedForMs = host.processes.unnamedForMs(process)
            host.mark(signal)
            host.tell({ kind: 'signalled', by, signal, named, process, isTooEarly, unnamedForMs })
            host.processes.deliver(process, signal)
            return 'sent'
          },
        }),
    },
    probe: () =>
      caller.call('probe', {
        takesMs: host.processes.bootLoopSince === null ? host.health.answerMs : PROBE_LIMIT_MS,
        act: () => host.health.answer(host.processes.hasServingWorker(), clock.wallNow()),
        then: (outcome) => host.tell({ kind: 'probed', by, outcome }),
      }),
    readTraffic: async () => host.health.traffic(clock.monotonicNow(), caller.boot),
    orAsked: (work) => caller.orAsked(work),
    preflight: (master) =>
      caller.call('preflight', {
        act: () => host.preflight(),
        then: (answer) => host.tell({ kind: 'preflighted', by, master: master.identity, answer }),
      }),
    service: {
      look: () =>
        caller.call('service.look', {
          act: () => host.lookAtService(),
          then: (look) => host.tell({ kind: 'service_looked', by, look }),
        }),
      restart: () =>
        caller.call('service.restart', {
          act: () => {
            const process = host.processes.master
            const order = host.restartService()
            if (order.kind === 'refused' || process === null) return order
            const named = identityOf(process)
            host.mark('restart of the service')
            host.tell({ kind: 'signalled', by, signal: 'restart of the service', named, process, ...IN_TIME })
            return order
          },
        }),
    },
    sleep: (duration) => caller.call('sleep', { act: () => undefined, takesMs: duration }),
    newId: () => host.newId(),
    publishStatus: ({ state }) =>
      caller.call('publishStatus', {
        act: () => host.needRuntimeRoom(),
        then: () => host.tell({ kind: 'status', by, state }),
      }),
    publishHistory: (content) =>
      caller.call('publishHistory', {
        act: () => {
          host.needStateRoom()
          host.stateFile = content
        },
        then: () => host.tell({ kind: 'history', by, content }),
      }),
    readStateFile: () => caller.call('readStateFile', { act: () => host.stateFile }),
    putStateFileAside: () =>
      caller.call('putStateFileAside', {
        act: () => {
          host.stateFile = null
          return 'aside'
        },
      }),
    localOffset: () => 0,
    log: () => undefined,
  }
}
