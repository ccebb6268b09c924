/** What both servers are made of, with nothing behind it but what a test puts there. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AccessDesk } from '#agent/access/access-desk.ts'
import { hashPassword } from '#agent/access/password-hash.ts'
import { TrustedProxy } from '#agent/access/trusted-proxy.ts'
import type { AdminRouteParts } from '#agent/api/routes/admin.ts'
import type { ConsoleParts } from '#agent/api/routes/console.ts'
import type { StreamRouteParts } from '#agent/api/routes/stream.ts'
import type { LocalServerParts, SharedParts } from '#agent/api/server.ts'
import { LiveReaders } from '#agent/live/live-readers.ts'
import type { WorkerDesk } from '#agent/api/routes/worker.ts'
import type { OperatorEvent } from '#agent/operator/desk.ts'
import type { Clock } from '#agent/ports/clock.ts'
import { RawStore } from '#agent/store/raw-store.ts'
import type { Role } from '#domain/access/roles.ts'
import { navigationViewOf } from '#domain/navigation/view.ts'
import type { JournalRow, RestartAsk } from '#domain/journal/events.ts'
import type { PasswordHash } from '#domain/schemas/access-file.ts'
import { memoryOnly } from '../memory-only.ts'
import { noRestarts } from '../no-restarts.ts'
import { sampleHealth } from '../../web/sample-health.ts'

const notAskedFor = () => Promise.reject(new Error('not asked for here'))
const neverAskedFor = () => {
  throw new Error('not asked for here')
}

type BareParts = SharedParts &
  StreamRouteParts &
  Pick<ConsoleParts, 'isWatchdogRunning'> &
  Pick<AdminRouteParts, 'config'> &
  Pick<LocalServerParts, 'recordRollback'> & { proxy: TrustedProxy }

export function bareParts(clock: Clock): BareParts {
  const store = new RawStore({ epoch: '0000abcd', startedAt: clock.wallNow(), readRestarts: noRestarts })
  return {
    store,
    samples: memoryOnly(store),
    clock,
    readHealth: () => sampleHealth(),
    deepHealth: notAskedFor,
    logs: notAskedFor,
    config: () => ({ settings: [], warnings: [] }),
    contract: { read: notAskedFor },
    metrics: notAskedFor,
    system: { read: notAskedFor },
    audit: { page: notAskedFor, export: neverAskedFor, verify: notAskedFor },
    bundle: { make: async () => Buffer.from('a bundle') },
    worker: {
      status: notAskedFor,
      dryRun: notAskedFor,
      restart: notAskedFor,
      releaseGuard: notAskedFor,
      pause: notAskedFor,
      resume: notAskedFor,
    } satisfies WorkerDesk,
    navigation: {
      read: () => navigationViewOf({ files: [], diagnostics: [] }),
      report: neverAskedFor,
      isEngaged: () => false,
      heard: neverAskedFor,
      change: notAskedFor,
    },
    recordRollback: async ({ request_id: id }) => `row of ${id}`,
    releases: {
      read: notAskedFor,
      record: async (_word, { actor, requestId }) => ({
        recorded: true,
        event_id: `row of ${requestId}`,
        by: actor.name,
      }),
    },
    live: new LiveReaders('0000abcd'),
    isWatchdogRunning: async () => true,
    proxy: new TrustedProxy(null),
    newId: () => 'made-here',
    log: () => {},
  }
}

export const BY: RestartAsk['actor'] = { name: 'local:root', ip: null }
/** The least that the file's form allows: a hash in some 40 ms. */
export const CHEAP = { n: 16_384, r: 8, p: 1 } as const
export const LIMITS = { idleMs: 30 * 60_000, longestMs: 12 * 3_600_000 }

/** Made once: what it takes to make one is not what is tested by it. */
const HASHES = new Map<string, PasswordHash>()

/** Accounts and tokens on a disk of their own, and a journal that a test can read. */
export class AccessGround {
  readonly stateDir = mkdtempSync(join(tmpdir(), 'holdfast-access-'))
  readonly said: OperatorEvent[] = []
  readonly logged: string[] = []
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** How many have asked the latest desk for their turn. */
  turns = 0

  open(record: () => Promise<unknown> = async () => {}): AccessDesk {
    let turn: Promise<unknown> = Promise.resolve()
    this.turns = 0
    return new AccessDesk({
      stateDir: this.stateDir,
      clock: this.#clock,
      limits: LIMITS,
      log: (sentence) => this.logged.push(sentence),
      desk: {
        record: async (event) => {
          await record()
          this.said.push(event)
          return { event } as JournalRow
        },
        inTurn: <T>(act: () => Promise<T>): Promise<T> => {
          this.turns += 1
          const next = turn.then(act)
          turn = next.catch(() => {})
          return next
        },
      },
    })
  }

  async addAccount(access: AccessDesk, name: string, role: Role, password: string): Promise<void> {
    const hash = HASHES.get(password) ?? (await hashPassword(password, CHEAP))
    HASHES.set(password, hash)
    await access.addAccount({ name, role, password: hash }, BY)
  }

  remove(): void {
    rmSync(this.stateDir, { recursive: true, force: true })
  }
}
