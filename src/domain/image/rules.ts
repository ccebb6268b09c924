/**
 * What a deployable image must be, and what must not be in it (IM2, IM3): one row for each rule that the check knows.
 * Names are stable; the documentation lists these and no other.
 */
export interface RuleSpec {
  /** Where it looks: at a Dockerfile, or at the files of an image. */
  readonly of: 'dockerfile' | 'files' | 'both'
  readonly about: string
  /** What mends it, where the finding itself knows nothing better. */
  readonly mend: string
}

export const IMAGE_RULES = {
  dockerfile_syntax: {
    of: 'dockerfile',
    about: 'The Dockerfile is one that a builder understands',
    mend: 'correct the line',
  },
  base_not_pinned: {
    of: 'dockerfile',
    about: 'Each base is named by its digest, or by a build argument without a default',
    mend: 'write FROM name@sha256:…, or FROM ${ARGUMENT} with ARG ARGUMENT before it and no default',
  },
  single_stage: {
    of: 'dockerfile',
    about: 'What builds is another stage than what ships',
    mend: 'build in a stage of its own and COPY --from it',
  },
  user_missing: {
    of: 'dockerfile',
    about: 'The final stage names its user',
    mend: 'end the final stage with USER 10001:10001',
  },
  user_not_numeric: {
    of: 'dockerfile',
    about: 'The user is a number, so that a cluster can see that it is not root',
    mend: 'write USER 10001:10001',
  },
  user_root: {
    of: 'dockerfile',
    about: 'The user is not root',
    mend: 'write USER 10001:10001',
  },
  port_missing: {
    of: 'dockerfile',
    about: 'The final stage exposes its port',
    mend: 'write EXPOSE with the one port',
  },
  port_not_single: {
    of: 'dockerfile',
    about: 'There is one port, as a plain number above 1023, so that no privilege is needed',
    mend: 'leave one EXPOSE with one port above 1023',
  },
  healthcheck_missing: {
    of: 'dockerfile',
    about: 'The final stage says how its health is looked at',
    mend: 'write HEALTHCHECK CMD ["…"]',
  },
  healthcheck_foreign_tool: {
    of: 'dockerfile',
    about: 'The health check runs what the image has anyway, without curl and without a shell around it',
    mend: 'let the runtime itself ask: HEALTHCHECK CMD ["…", "…"]',
  },
  entrypoint_missing: {
    of: 'dockerfile',
    about: 'The final stage says what runs',
    mend: 'write ENTRYPOINT ["…"]',
  },
  entrypoint_in_shell: {
    of: 'dockerfile',
    about: 'The program is process 1 itself: SIGTERM must reach it, and a shell does not pass it on',
    mend: 'write ENTRYPOINT and CMD as JSON lists, without sh -c',
  },
  stop_signal: {
    of: 'dockerfile',
    about: 'The signal that stops it is SIGTERM',
    mend: 'write STOPSIGNAL SIGTERM, or leave the line out',
  },
  final_stage_installs: {
    of: 'dockerfile',
    about: 'The final stage installs, fetches and builds nothing',
    mend: 'move the RUN into a stage of its own and COPY its result',
  },
  copies_context: {
    of: 'dockerfile',
    about: 'The final stage copies what is named, never the whole checkout',
    mend: 'name each file or directory in its COPY',
  },
  remote_add: {
    of: 'dockerfile',
    about: 'Nothing is fetched from an address while it is built into the final stage',
    mend: 'fetch it in a build stage, compare its hash, and COPY it',
  },
  ci_runner: { of: 'both', about: 'No CI runner', mend: 'remove it' },
  linter: { of: 'both', about: 'No linter', mend: 'install without development dependencies' },
  formatter: { of: 'both', about: 'No formatter', mend: 'install without development dependencies' },
  test_framework: {
    of: 'both',
    about: 'No test framework',
    mend: 'install without development dependencies',
  },
  browser: { of: 'both', about: 'No browser, and no driver of one', mend: 'remove it' },
  package_manager: {
    of: 'both',
    about: 'No package manager: nothing is installed at run time',
    mend: 'copy the files that run into a base without one',
  },
  shell: {
    of: 'files',
    about: 'No shell, except where the contract declares it',
    mend: 'use a base without a shell',
  },
  compiler: {
    of: 'both',
    about: 'No compiler, assembler or linker',
    mend: 'compile in a build stage and COPY the result',
  },
  build_tool: {
    of: 'both',
    about: 'No build tool or bundler',
    mend: 'build in a build stage and COPY the result',
  },
  dev_dependency: {
    of: 'files',
    about: 'No package that only development needs',
    mend: 'npm ci --omit=dev, or copy the closure of what runs',
  },
  vcs_data: {
    of: 'both',
    about: 'No data of a version control system, and no program of one',
    mend: 'leave it out by .dockerignore, and name what is copied',
  },
  test_source: { of: 'both', about: 'No source of a test', mend: 'leave test files out of what is copied' },
  secret: {
    of: 'both',
    about: 'No secret: no key, token, password or account data',
    mend: 'take it out of every layer, revoke it, and mount it when the container starts',
  },
  setuid_file: {
    of: 'both',
    about: 'No file that gives its caller the rights of another: setuid, setgid or capabilities',
    mend: 'chmod a-s, or leave the file out',
  },
  device_file: { of: 'files', about: 'No device', mend: 'leave it out' },
  unsafe_path: {
    of: 'files',
    about: 'No entry of an archive leads out of it',
    mend: 'do not unpack this archive; make it again',
  },
  link_loop: { of: 'files', about: 'No link leads back to itself', mend: 'remove the link' },
  archive_malformed: {
    of: 'files',
    about: 'The archive is whole and can be read to its end',
    mend: 'export it again; what stands behind the fault was not looked at',
  },
  archive_too_large: {
    of: 'files',
    about: 'The archive stays within what the check can look at',
    mend: 'look at why it is so large; what stands behind the limit was not looked at',
  },
  not_looked_at: {
    of: 'files',
    about: 'Each file can be read',
    mend: 'run the check as a user who may read it',
  },
} as const satisfies Record<string, RuleSpec>

export type ImageRule = keyof typeof IMAGE_RULES

export const IMAGE_RULE_IDS = Object.keys(IMAGE_RULES) as ImageRule[]
