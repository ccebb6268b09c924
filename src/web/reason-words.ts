/** What the code of a decision or an outcome means, for every page that tells one: apart, since the first page needs no more of it. */
import { sentenceOf } from '#domain/policy/reason-words.ts'

/** What came of a request, by its code. */
export const OUTCOME_REASONS: Readonly<Record<string, string>> = {
  signal_sighup: 'reloaded',
  workers_rolled: 'replaced one by one',
  service_restarted: 'service restarted',
  restart_timeout: 'not verified in time',
  worker_boot_loop: 'new workers end as soon as they start',
  preflight_failed: 'the preflight failed: the application does not load',
  preflight_unavailable: 'the preflight could not be run',
  pid_identity_mismatch: 'the process is not the target’s master',
  signal_failed: 'the signal could not be sent',
  request_expired: 'nobody took it up in time',
  request_replaced: 'another flag took its place',
  request_pending: 'another request was waiting',
  state_unreadable: 'the history could not be read',
}

/** One that only a newer watchdog knows stays as it is. */
export function reasonWords(code: string): string {
  return Object.hasOwn(OUTCOME_REASONS, code) ? (OUTCOME_REASONS[code] ?? code) : sentenceOf(code)
}
