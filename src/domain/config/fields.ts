/**
 * Every setting, once: its place in the JSON file (dots are levels), its environment variable, kind,
 * default and meaning. Names that existing deployments already use are kept (RC7, WD2).
 */
import type { Kind, ValueOf } from './kinds.ts'

interface FieldSpec<K extends Kind = Kind> {
  readonly kind: K
  readonly env: string
  /** null: known only at run time (from the runtime contract); `meaning` says from where. */
  readonly preset: ValueOf<K> | null
  readonly meaning: string
}

const field = <K extends Kind, P extends ValueOf<K> | null>(
  kind: K,
  env: string,
  preset: P,
  meaning: string,
) => ({
  kind,
  env,
  preset,
  meaning,
})

export const FIELDS = {
  host: field('loopbackHost', 'HOLDFAST_HOST', '127.0.0.1', 'address on which the agent listens'),
  port: field('port', 'HOLDFAST_PORT', 8787, 'port on which the agent listens'),
  public_origins: field(
    'origins',
    'HOLDFAST_PUBLIC_ORIGINS',
    [],
    'origins by which a proxy is reached; their hosts are accepted',
  ),
  admin_password_file: field(
    'path',
    'HOLDFAST_ADMIN_PASSWORD_FILE',
    null,
    'holds the password of the account admin, which is set at start; else nothing is set',
  ),
  'proxy.addresses': field(
    'addresses',
    'HOLDFAST_PROXY_ADDRESSES',
    [],
    'from which a proxy is believed that signs people in, or tells from where they ask',
  ),
  'proxy.secret_file': field(
    'path',
    'HOLDFAST_PROXY_SECRET_FILE',
    null,
    'holds what that proxy sends as X-Holdfast-Proxy-Secret',
  ),
  'session.idle_s': field(
    'windowSeconds',
    'HOLDFAST_SESSION_IDLE_S',
    1800,
    'after which a session ends that nothing was asked in',
  ),
  'session.longest_s': field(
    'windowSeconds',
    'HOLDFAST_SESSION_LONGEST_S',
    43_200,
    'after which a session ends, whatever is done in it',
  ),
  state_dir: field('path', 'HOLDFAST_STATE_DIR', null, "durable files; else the runtime contract's"),
  runtime_dir: field(
    'path',
    'HOLDFAST_RUNTIME_DIR',
    null,
    "pid file, flags, sockets; else the runtime contract's",
  ),
  contract_file: field(
    'path',
    'HOLDFAST_CONTRACT_FILE',
    null,
    'the runtime contract; else the one shipped in deploy/',
  ),
  navigation: field(
    'navigation',
    'HOLDFAST_NAVIGATION',
    'console',
    'classic: the agent engages the kill switch at start, and it stays until it is released',
  ),
  'statsd.port': field('port', 'HOLDFAST_STATSD_PORT', 8125, "UDP port for gunicorn's --statsd-host"),
  'target.health_url': field(
    'httpUrl',
    'HOLDFAST_TARGET_HEALTH_URL',
    null,
    "what the probe asks; else http://<the contract's bind>/health",
  ),
  'target.metrics_url': field(
    'httpUrl',
    'HOLDFAST_TARGET_METRICS_URL',
    null,
    "the target's metrics in Prometheus' text format; else they are not scraped",
  ),
  'target.error_log': field(
    'path',
    'HOLDFAST_TARGET_ERROR_LOG',
    null,
    "the target's error log, whose end operators may read; else it is not shown",
  ),
  'scrape.pool_checked_out': field(
    'series',
    'HOLDFAST_SCRAPE_POOL_CHECKED_OUT',
    null,
    'series of connections that are in use; else the health payload tells',
  ),
  'scrape.pool_max_capacity': field(
    'series',
    'HOLDFAST_SCRAPE_POOL_MAX_CAPACITY',
    null,
    'series of connections that there may be; else the health payload tells',
  ),
  'scrape.breaker_state': field(
    'series',
    'HOLDFAST_SCRAPE_BREAKER_STATE',
    null,
    "series of the breaker: 0 closed, 1 open, 2 half open, or a series for each state's word; else the health payload tells",
  ),
  'scrape.cache_l1_hits': field(
    'series',
    'HOLDFAST_SCRAPE_CACHE_L1_HITS',
    null,
    'series of hits in the first level; else the health payload tells',
  ),
  'scrape.cache_l2_hits': field(
    'series',
    'HOLDFAST_SCRAPE_CACHE_L2_HITS',
    null,
    'series of hits in the second level; else the health payload tells',
  ),
  'scrape.cache_misses': field(
    'series',
    'HOLDFAST_SCRAPE_CACHE_MISSES',
    null,
    'series of lookups without a hit; else the health payload tells',
  ),
  'probe.interval_s': field('positiveSeconds', 'HOLDFAST_PROBE_INTERVAL_S', 1, 'pause between two probes'),
  'probe.timeout_s': field(
    'positiveSeconds',
    'HOLDFAST_PROBE_TIMEOUT_S',
    0.8,
    'after which a probe has failed',
  ),
  'pool.warning': field('ratio', 'HOLDFAST_POOL_WARNING', 0.9, 'saturation that counts as a breach'),
  'pool.critical': field('ratio', 'HOLDFAST_POOL_CRITICAL', 1, 'saturation that may trigger a restart'),
  'policy.cooldown_s': field('seconds', 'WORKER_RESTART_COOLDOWN', 60, 'wait after an attempt'),
  'policy.retry_budget': field('count', 'WORKER_RESTART_RETRY_BUDGET', 3, 'attempts allowed in a window'),
  'policy.window_s': field('windowSeconds', 'WORKER_RESTART_WINDOW_SECONDS', 600, 'length of that window'),
  'policy.churn_threshold': field(
    'count',
    'WORKER_RESTART_CHURN_THRESHOLD',
    3,
    'restarts in a window that latch the guard',
  ),
  'policy.guarded_mode': field(
    'boolean',
    'WORKER_GUARDED_MODE_ENABLED',
    true,
    'whether churn latches the guard',
  ),
  'policy.guard_release': field(
    'guardRelease',
    'WORKER_GUARD_RELEASE',
    'manual',
    'what opens a latched guard',
  ),
  'trigger.target_failing_looks': field(
    'looks',
    'HOLDFAST_TRIGGER_TARGET_FAILING_LOOKS',
    3,
    'failed probes in a row before the watchdog restarts by itself; 0: never',
  ),
  'trigger.pool_exhausted_looks': field(
    'looks',
    'HOLDFAST_TRIGGER_POOL_EXHAUSTED_LOOKS',
    3,
    'probes in a row with a pool at its critical saturation; 0: never',
  ),
  'trigger.memory_high_looks': field(
    'looks',
    'HOLDFAST_TRIGGER_MEMORY_HIGH_LOOKS',
    3,
    'looks in a row at a worker above its memory limit; 0: never',
  ),
  'trigger.no_workers_looks': field(
    'looks',
    'HOLDFAST_TRIGGER_NO_WORKERS_LOOKS',
    3,
    'looks in a row at a master without workers; 0: never',
  ),
  'trigger.worker_rss_bytes': field(
    'bytes',
    'HOLDFAST_TRIGGER_WORKER_RSS_BYTES',
    null,
    'memory of one worker that counts as high; else no limit',
  ),
  'trigger.start_grace_s': field(
    'seconds',
    'HOLDFAST_START_GRACE_S',
    30,
    'after a start or restart, until the first good probe, bad ones do not count',
  ),
  'restart.timeout_s': field(
    'positiveSeconds',
    'HOLDFAST_RESTART_TIMEOUT_S',
    40,
    'new workers and a healthy answer within this time; more where the target is given more to stop',
  ),
  'restart.request_ttl_s': field(
    'positiveSeconds',
    'HOLDFAST_REQUEST_TTL_S',
    120,
    'a restart flag that is older is not carried out any more',
  ),
  'restart.trust_flags': field(
    'boolean',
    'HOLDFAST_TRUST_FLAGS',
    false,
    'whether override fields of any flag count, authenticated or not',
  ),
  'retention.audit_days': field(
    'days',
    'HOLDFAST_RETENTION_AUDIT_DAYS',
    400,
    'holdfast prune removes rows of the audit trail that are older',
  ),
  'retention.audit_rows': field(
    'rows',
    'HOLDFAST_RETENTION_AUDIT_ROWS',
    1000,
    'so many of its newest rows stay, however old they are',
  ),
  'retention.raw_days': field(
    'days',
    'HOLDFAST_RETENTION_RAW_DAYS',
    3,
    'raw samples on disk that are older are removed',
  ),
  'retention.raw_mib': field(
    'mebibytes',
    'HOLDFAST_RETENTION_RAW_MIB',
    512,
    'the oldest raw samples are removed where all of them take more',
  ),
  'rollback.target_s': field(
    'positiveSeconds',
    'HOLDFAST_ROLLBACK_TARGET_S',
    30,
    'a rollback that takes longer has failed',
  ),
  'rollback.url': field(
    'outsideUrl',
    'HOLDFAST_ROLLBACK_URL',
    null,
    'where a rollback looks from outside; else the first of public_origins, else the agent',
  ),
  'contract.enforce': field(
    'boolean',
    'RUNTIME_CONTRACT_ENFORCE',
    true,
    'refuse to start on drift; false: warn loudly',
  ),
} as const satisfies Record<string, FieldSpec>

export type FieldKey = keyof typeof FIELDS
/** A field without a preset is null until the runtime contract settles it. */
export type ConfigValues = {
  readonly [F in FieldKey]:
    | ValueOf<(typeof FIELDS)[F]['kind']>
    | ((typeof FIELDS)[F]['preset'] extends null ? null : never)
}
