/**
 * The runtime contract (RC1): the one place that says where everything of a deployment lies. Units,
 * environment file, nginx configuration and the tables in the docs are made from it.
 */
import * as z from 'zod/mini'

/** Rendered into units and shown on terminals: nothing that ends a line there, or is not seen. */
const absolutePath = z
  .string()
  .check(
    z.regex(
      /^\/[^\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]*$/,
      'an absolute path without invisible characters',
    ),
    z.maxLength(4096),
  )
const name = z.string().check(z.regex(/^[A-Za-z0-9@._-]+$/, 'letters, digits and @ . _ -'))
const unitName = z
  .string()
  .check(z.regex(/^[A-Za-z0-9@._-]+\.(service|timer|socket)$/, 'a systemd unit name'))

export const runtimeContract = z.strictObject({
  $schema: z.optional(z.string()),
  /** Raised with each change of meaning or path; the docs and the units name the one they were made from. */
  version: z.string().check(z.regex(/^\d{4}\.\d{2}\.\d+$/, 'YYYY.MM.N')),
  kind: z.enum(['production', 'demonstration']),
  /** A checkout that the units run from (layout `project`); without it the current release. */
  code_dir: z.optional(absolutePath),
  /** null where the interpreter is no conda environment's: then conda checks do not apply, and say so. */
  conda: z.nullable(
    z.strictObject({
      prefix: absolutePath,
      env_name: name,
      /** The conda program itself, which nothing runs at run time; kept for operators and for drift checks. */
      bin: absolutePath,
    }),
  ),
  binaries: z.strictObject({
    interpreter: absolutePath,
    gunicorn: absolutePath,
    node: absolutePath,
  }),
  paths: z.strictObject({
    runtime_dir: absolutePath,
    state_dir: absolutePath,
    pid_file: absolutePath,
    restart_flag: absolutePath,
    state_file: absolutePath,
  }),
  /** The one port on which the target listens: host:port. */
  bind: z.string().check(z.regex(/^(\[[0-9a-fA-F:]+\]|[^\s:]+):\d{1,5}$/, 'host:port')),
  units: z.strictObject({
    target: unitName,
    watchdog: unitName,
    agent: unitName,
    prune: unitName,
    prune_timer: unitName,
  }),
  user: name,
  group: name,
  watchdog: z.strictObject({
    check_interval_s: z.number().check(z.gt(0), z.maximum(3600)),
    restart_history_max: z.int().check(z.minimum(1), z.maximum(10_000)),
  }),
})

export type RuntimeContract = z.infer<typeof runtimeContract>
