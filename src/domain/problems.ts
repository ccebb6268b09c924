import type { DurationMs } from './time.ts'

/**
 * The one table of problems: bad input, something unreachable, a full disk. It gives HTTP status, exit
 * code, title and the way to mend. A refusal by policy is a value, not a problem; a broken promise is a
 * bug (`invariant`). Codes are stable and never used again for something else.
 */
export interface ProblemSpec {
  readonly status: number
  readonly exit: number
  readonly title: string
  /** What the reader can do about it, as a command or a sentence. */
  readonly mend: string
}

export const PROBLEMS = {
  usage: { status: 400, exit: 2, title: 'The command was not understood', mend: 'holdfast --help' },
  config_invalid: {
    status: 500,
    exit: 2,
    title: 'The configuration is not valid',
    mend: 'correct each variable or key named here',
  },
  contract_invalid: {
    status: 500,
    exit: 4,
    title: 'The runtime contract is not valid',
    mend: 'correct the file or variable named in the message',
  },
  contract_drift: {
    status: 500,
    exit: 4,
    title: 'Not started: what is here is not what the runtime contract says',
    mend: 'each finding names what mends it; holdfast contract check shows all that was looked at',
  },
  check_failed: {
    status: 503,
    exit: 1,
    title: 'The check of the runtime contract did not come to its end',
    mend: 'holdfast contract check',
  },
  port_taken: {
    status: 500,
    exit: 1,
    title: 'The port is taken',
    mend: 'stop that process, or choose another port',
  },
  directory_unusable: {
    status: 500,
    exit: 1,
    title: 'A directory cannot be used',
    mend: 'check its owner and mode, or name another directory',
  },
  wrong_node: {
    status: 500,
    exit: 1,
    title: 'This is not the Node that Holdfast runs on',
    mend: 'run it with the Node that the runtime contract names, or in a checkout by npx holdfast',
  },
  target_not_shared: {
    status: 500,
    exit: 1,
    title: 'The watchdog does not share with the target what it needs',
    mend: 'run its container in the PID namespace of the target, with its files at the same paths, after the target',
  },
  already_running: {
    status: 409,
    exit: 1,
    title: 'Holdfast already runs on this state directory',
    mend: 'stop it first, or use another state directory',
  },
  prune_running: {
    status: 409,
    exit: 1,
    title: 'Another prune is at work here',
    mend: 'wait until it has ended: it does the same',
  },
  target_start_failed: {
    status: 500,
    exit: 1,
    title: 'The demonstration target did not start',
    mend: 'read the end of its log, named in the message',
  },
  agent_unreachable: {
    status: 502,
    exit: 5,
    title: 'The agent does not answer',
    mend: 'start it: npm start in a checkout, systemctl start holdfast-agent when installed',
  },
  input_invalid: {
    status: 400,
    exit: 2,
    title: 'What was handed in cannot be used',
    mend: 'correct each file and field named here',
  },
  watchdog_not_running: {
    status: 503,
    exit: 1,
    title: 'The watchdog does not run',
    mend: 'start it: holdfast watchdog, or systemctl start holdfast-watchdog where it is installed',
  },
  request_pending: {
    status: 409,
    exit: 3,
    title: 'Another request is pending',
    mend: 'wait for its outcome, then ask again',
  },
  no_outcome: {
    status: 504,
    exit: 1,
    title: 'The request has no outcome yet',
    mend: 'the journal of the watchdog says what became of it',
  },
  state_unreadable: {
    status: 503,
    exit: 1,
    title: 'Restart history cannot be read; guarded',
    mend: 'the file is kept aside: look at it, then `holdfast guard release` starts a new history',
  },
  state_unwritable: {
    status: 503,
    exit: 1,
    title: 'Nothing more can be recorded; automatic restarts stop',
    mend: 'make room on the disk of the state directory',
  },
  switch_unwritable: {
    status: 503,
    exit: 1,
    title: 'The kill switch could not be set',
    mend: 'make a file navigation.off by hand, in the state or the runtime directory: its presence is enough',
  },
  signal_not_permitted: {
    status: 500,
    exit: 1,
    title: 'The target may not be signalled',
    mend: 'run the watchdog as the user of the target, or with CAP_KILL',
  },
  stale_view: {
    status: 412,
    exit: 3,
    title: 'What you saw has changed',
    mend: 'look again, then decide',
  },
  precondition_missing: {
    status: 428,
    exit: 1,
    title: 'It is not said what was seen',
    mend: 'send the ETag of /admin/api/worker/status as If-Match',
  },
  peer_not_proved: {
    status: 401,
    exit: 1,
    title: 'It is not proved which account asks',
    mend: 'ask with the holdfast command on this host: it proves its account by itself',
  },
  peer_not_permitted: {
    status: 403,
    exit: 1,
    title: 'This account may not operate Holdfast',
    mend: 'ask with an account of a person in the group of the runtime contract, or as root',
  },
  output_unwritable: {
    status: 500,
    exit: 1,
    title: 'The file cannot be written',
    mend: 'name another file, or check the directory and its room',
  },
  log_unreadable: {
    status: 503,
    exit: 1,
    title: 'The log stream cannot be read',
    mend: 'name a file of its lines, or ask as root or as a member of the group systemd-journal',
  },
  units_active: {
    status: 409,
    exit: 1,
    title: 'Units still run',
    mend: 'stop them first, as the message says',
  },
  frame_malformed: {
    status: 502,
    exit: 1,
    title: 'A binary frame of raw samples cannot be read',
    mend: 'the console asks anew by itself; if it stays, ask the same address for JSON and look',
  },
  sign_in_required: {
    status: 401,
    exit: 1,
    title: 'Nobody is signed in',
    mend: 'sign in, or send a token made with holdfast token create',
  },
  sign_in_refused: {
    status: 401,
    exit: 1,
    title: 'Name or password is not right',
    mend: 'try again; on the host, holdfast user passwd sets another and holdfast login-link lets in once',
  },
  sign_in_link_invalid: {
    status: 401,
    exit: 1,
    title: 'The sign-in link is used up or too old',
    mend: 'make another on the host: holdfast login-link',
  },
  sign_in_slowed: {
    status: 429,
    exit: 1,
    title: 'Too many wrong passwords for this account',
    mend: 'wait as long as it says; on the host, holdfast login-link lets in at once',
  },
  sign_in_busy: {
    status: 503,
    exit: 1,
    title: 'Too many sign in at the same time',
    mend: 'try again in a few seconds',
  },
  too_many_streams: {
    status: 429,
    exit: 1,
    title: 'Too many event streams are open',
    mend: 'close the ones that nobody reads; the tabs of a browser can share one',
  },
  role_too_low: {
    status: 403,
    exit: 1,
    title: 'This role may not do that',
    mend: 'ask somebody with the role that it names',
  },
  cross_site: {
    status: 403,
    exit: 1,
    title: 'The page of another site asked for this',
    mend: 'ask from the console itself; behind a proxy, name its origin in HOLDFAST_PUBLIC_ORIGINS',
  },
  csrf_token_wrong: {
    status: 403,
    exit: 1,
    title: 'The change does not carry the token of its session',
    mend: 'send X-CSRF-Token as the sign-in gave it; the console does by itself after it is loaded again',
  },
  account_unknown: {
    status: 404,
    exit: 1,
    title: 'There is no such account',
    mend: 'holdfast user list shows those there are',
  },
  account_exists: {
    status: 409,
    exit: 1,
    title: 'There is such an account already',
    mend: 'holdfast user passwd sets its password; for another role remove it first',
  },
  token_unknown: {
    status: 404,
    exit: 1,
    title: 'There is no such token',
    mend: 'holdfast token list shows those there are',
  },
  accounts_unreadable: {
    status: 503,
    exit: 1,
    title: 'The accounts cannot be read; nobody can sign in',
    mend: 'put access.json back from a backup, or away; then start the agent again',
  },
  bad_request: { status: 400, exit: 2, title: 'The request is not valid', mend: 'correct the named field' },
  body_too_large: {
    status: 413,
    exit: 2,
    title: 'The request body is too large',
    mend: 'send at most 64 KiB',
  },
  headers_too_large: {
    status: 431,
    exit: 2,
    title: 'The request headers are too large',
    mend: 'send at most 16 KiB of headers, or delete the cookies of this address',
  },
  request_too_slow: {
    status: 408,
    exit: 1,
    title: 'The request did not arrive in time',
    mend: 'send it whole within 10 s',
  },
  not_found: {
    status: 404,
    exit: 1,
    title: 'There is nothing at this address',
    mend: 'start at /',
  },
  misdirected: {
    status: 421,
    exit: 1,
    title: 'This host name is not served here',
    mend: 'use a loopback name with the right port, or add the origin to HOLDFAST_PUBLIC_ORIGINS',
  },
  console_not_built: { status: 503, exit: 1, title: 'The console is not built', mend: 'npm run build' },
  internal: {
    status: 500,
    exit: 1,
    title: 'Something broke inside Holdfast',
    mend: 'read the agent log at that time',
  },
} as const satisfies Record<string, ProblemSpec>

export type ProblemCode = keyof typeof PROBLEMS

export class HoldfastProblem extends Error {
  override name = 'HoldfastProblem'
  readonly code: ProblemCode
  /** Safe to show to anybody who may see the command's output or the API's answer. */
  readonly detail: string
  /** When it is worth to ask again, where that is known. */
  readonly retryAfterMs: DurationMs | null

  constructor(
    code: ProblemCode,
    detail: string,
    { retryAfterMs = null, ...options }: { cause?: unknown; retryAfterMs?: DurationMs | null } = {},
  ) {
    super(`${PROBLEMS[code].title}: ${detail}`, options)
    this.code = code
    this.detail = detail
    this.retryAfterMs = retryAfterMs
  }

  get spec(): ProblemSpec {
    return PROBLEMS[this.code]
  }
}
