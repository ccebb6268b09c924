import { navigationViewOf } from '#domain/navigation/view.ts'
import type { SwitchFile } from '#domain/navigation/kill-switch.ts'
import type { NavigationReport } from '#domain/schemas/navigation-api.ts'

export const tally = (seen: number, outstanding: number) => ({
  seen,
  obeyed: seen - outstanding,
  gone: 0,
  outstanding,
  more: false,
})

/** The kill switch with these files, used and released before. */
export function reportOf(files: SwitchFile[] = [], over: Partial<NavigationReport> = {}): NavigationReport {
  return {
    ...navigationViewOf({ files, diagnostics: [] }),
    proof: {
      counted_since: '2026-02-08T03:00:00Z',
      open: { signed_in: 1, guests: 0, sessions: 1 },
      round: {
        engaged_at: '2026-02-08T03:10:00Z',
        released_at: '2026-02-08T03:20:00Z',
        signed_in: tally(7, 1),
        guests: tally(2, 0),
        sessions: tally(3, 1),
        last_obeyed_after_ms: 420,
        oldest_outstanding: {
          signed_in: true,
          since: '2026-02-08T03:10:00Z',
          heard_at: '2026-02-08T03:19:58Z',
        },
      },
    },
    rollback: {
      target_ms: 30_000,
      last: { at: '2026-02-08T03:10:00Z', by: 'local:root', success: true, took_ms: 1210, target_ms: 30_000 },
    },
    ...over,
  }
}
