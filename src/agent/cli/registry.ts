/** Every command that this version carries, in the order of `holdfast --help`. */
import { RUNGS } from '#domain/journal/events.ts'
import { SCENARIOS } from '#domain/schemas/demonstration.ts'
import { keepEngineSmall, keepNewSpaceSmall } from '#agent/system/lean-engine.ts'
import { NAME_OPTION, ROLE_OPTION } from './access-options.ts'
import { AUDIT_FILTER_OPTIONS } from './audit-filter.ts'
import type { Command } from './command.ts'
import { gatesHelp } from './gates-help.ts'
import { ROOT_OPTION } from './root-option.ts'
import { rungsHelp } from './rungs-help.ts'

const ROUTE_OPTION = {
  route: { type: 'string', value: 'PATH', meaning: 'one route of the console alone, as /audit' },
} as const

export const COMMANDS: readonly Command[] = [
  {
    name: 'start',
    summary: 'run the agent beside a target; without --config, beside a demonstration target',
    details:
      'What npm start runs. Without a configuration file it starts a real demonstration service on loopback and\n' +
      'causes real faults in it on purpose. Ctrl-C stops everything that was started.',
    options: {
      scenario: {
        type: 'string',
        value: 'NAME',
        meaning: `of the demonstration: ${SCENARIOS.join(', ')} (default: tour)`,
      },
    },
    examples: ['holdfast start', 'holdfast start --config /etc/holdfast/config.json'],
    load: async () => (await import('./commands/start.ts')).start,
  },
  {
    name: 'serve',
    summary: 'run the agent: API, intake and the console',
    options: {},
    examples: ['holdfast serve --config /etc/holdfast/config.json'],
    engine: keepNewSpaceSmall,
    load: async () => (await import('./commands/serve.ts')).serve,
  },
  {
    name: 'watchdog',
    summary: 'run the guarded self-healing process',
    details:
      'Looks at the target, takes restart flags, and restarts the workers where the policy allows it. Each decision\n' +
      'is recorded before anything is done; two watchdogs never run on one state directory.',
    options: {},
    examples: ['holdfast watchdog --config /etc/holdfast/config.json'],
    engine: keepEngineSmall,
    load: async () => (await import('./commands/watchdog.ts')).watchdog,
  },
  {
    name: 'demo',
    summary: 'run the demonstration with one scenario, or switch a running one to it',
    options: {
      scenario: { type: 'string', value: 'NAME', meaning: `one of ${SCENARIOS.join(', ')} (default: tour)` },
    },
    examples: ['holdfast demo --scenario pool-exhaustion'],
    load: async () => (await import('./commands/demo.ts')).demo,
  },
  {
    name: 'config print',
    summary: 'the effective configuration and where each value came from',
    options: {},
    examples: ['holdfast config print', 'HOLDFAST_PORT=9000 holdfast config print --json'],
    load: async () => (await import('./commands/config-print.ts')).configPrint,
  },
  {
    name: 'user add',
    summary: 'an account for the console',
    details:
      'Asks for the password where it stands on a terminal, and else reads it from standard input: one line. Like all\n' +
      'commands about accounts it needs the agent, through whose socket it goes, and is recorded under your account.',
    options: { ...NAME_OPTION, ...ROLE_OPTION },
    argument: 'name',
    examples: ['holdfast user add ops --role operator', 'pass ops | holdfast user add ops --role operator'],
    load: async () => (await import('./commands/user.ts')).userAdd,
  },
  {
    name: 'user list',
    summary: 'the accounts and their roles',
    options: {},
    examples: ['holdfast user list', 'holdfast user list --json'],
    load: async () => (await import('./commands/user.ts')).userList,
  },
  {
    name: 'user passwd',
    summary: 'another password for an account; ends its sessions',
    options: NAME_OPTION,
    argument: 'name',
    examples: ['holdfast user passwd ops'],
    load: async () => (await import('./commands/user.ts')).userPasswd,
  },
  {
    name: 'user remove',
    summary: 'remove an account; ends its sessions',
    options: NAME_OPTION,
    argument: 'name',
    examples: ['holdfast user remove ops'],
    load: async () => (await import('./commands/user.ts')).userRemove,
  },
  {
    name: 'token create',
    summary: 'a token for a script, shown once',
    details:
      'The token alone goes to standard output. Sent as "Authorization: Bearer TOKEN"; it needs no CSRF token.',
    options: {
      name: {
        type: 'string',
        value: 'NAME',
        meaning: 'what it is for (default: script); may stand without --name',
      },
      ...ROLE_OPTION,
      expires: { type: 'string', value: 'TIME', meaning: '12h, 90d, or as ISO 8601 (default: never)' },
    },
    argument: 'name',
    examples: ['holdfast token create ci --role viewer --expires 90d'],
    load: async () => (await import('./commands/token.ts')).tokenCreate,
  },
  {
    name: 'token list',
    summary: 'the tokens, without what is secret of them',
    options: {},
    examples: ['holdfast token list'],
    load: async () => (await import('./commands/token.ts')).tokenList,
  },
  {
    name: 'token revoke',
    summary: 'take a token back: it is good for nothing at once',
    options: { id: { type: 'string', value: 'ID', meaning: 'as holdfast token list shows it' } },
    argument: 'id',
    examples: ['holdfast token revoke 3f9a0c1e'],
    load: async () => (await import('./commands/token.ts')).tokenRevoke,
  },
  {
    name: 'login-link',
    summary: 'a link that signs in once, as an administrator, within 15 minutes',
    details:
      'For the first sign-in, and where no password is at hand. Whoever may open the socket of the agent may make one; it\n' +
      'is recorded. The secret stands behind the #, which no browser sends anywhere.',
    options: {},
    examples: ['holdfast login-link'],
    load: async () => (await import('./commands/login-link.ts')).loginLink,
  },
  {
    name: 'policy explain',
    summary: 'the decision that the watchdog would take, without taking it',
    details:
      'Reads a restart history (the state file), and asks the policy with the thresholds in force. It changes\n' +
      'nothing, and exits 0 whatever the decision. Override fields of a request are taken as authenticated.',
    options: {
      history: { type: 'string', value: 'FILE', meaning: 'the state file with the restart history' },
      request: { type: 'string', value: 'FILE', meaning: 'a restart flag; without it, an automatic restart' },
      signals: {
        type: 'string',
        value: 'FILE',
        meaning: 'circuit, database, guard, pause; missing means good',
      },
      at: {
        type: 'string',
        value: 'TIME',
        meaning: 'as ISO 8601; without an offset it is local (default: now)',
      },
    },
    examples: [
      'holdfast policy explain --history /var/lib/holdfast/restart-state.json',
      'holdfast policy explain --history state.json --request flag.json --at 2026-02-08T03:14:15Z --json',
    ],
    load: async () => (await import('./commands/policy-explain.ts')).policyExplain,
  },
  {
    name: 'metrics',
    summary: 'the metrics of an exported window',
    details:
      'Reads a holdfast.raw/1 file and computes every figure of the console from it, by the same functions; needs\n' +
      'neither agent nor configuration. docs/metrics.md says how each is computed. With --json: one object of\n' +
      'metric ids; null is what cannot be known from the data. A malformed file is refused as a whole.',
    options: {
      input: { type: 'string', value: 'FILE', meaning: 'the holdfast.raw/1 file; - is standard input' },
    },
    examples: [
      'holdfast metrics --input window.json',
      'jq .data page.json | holdfast metrics --input - --json',
    ],
    load: async () => (await import('./commands/metrics.ts')).metrics,
  },
  {
    name: 'status',
    summary: 'health, what heals by itself, and the next safe step',
    details:
      'From the agent where it answers, else from the files and one look at the target; it says which. Exits 0\n' +
      'whatever the state is. --watch draws it anew each second; into a pipe it writes a line when something changes.',
    options: { watch: { type: 'boolean', meaning: 'go on until Ctrl-C' } },
    examples: ['holdfast status', 'holdfast status --watch', 'holdfast status --json'],
    load: async () => (await import('./commands/status.ts')).status,
  },
  {
    name: 'restart',
    summary: 'ask the watchdog for a guarded restart, by default the weakest: a reload; wait for the outcome',
    details:
      'The same policy decides as for every other request; holdfast policy explain says beforehand how.\n' +
      'An override passes guard, cooldown, budget and the order of the rungs once, and counts as an attempt.\n' +
      'Exits 0 when the restart was verified, 1 when it failed, 3 when it was refused.\n\n' +
      `The rungs, weakest first; each next one is offered only when the one before did not help:\n\n${rungsHelp()}`,
    options: {
      rung: { type: 'string', value: 'NAME', meaning: `one of ${RUNGS.join(', ')} (default: reload)` },
      override: { type: 'boolean', meaning: 'pass the guard once; needs --acknowledge and --reason' },
      acknowledge: {
        type: 'boolean',
        meaning: 'with --override: it counts as an attempt, and the guard stays latched',
      },
      reason: { type: 'string', value: 'TEXT', meaning: 'with --override: why; recorded with your name' },
      pass: { type: 'string', value: 'preflight', meaning: 'with --override: also when the preflight fails' },
      'no-wait': { type: 'boolean', meaning: 'return as soon as the request is durable' },
    },
    examples: [
      'holdfast restart',
      'holdfast restart --rung roll',
      'holdfast restart --override --acknowledge --reason "cache is poisoned"',
    ],
    load: async () => (await import('./commands/restart.ts')).restart,
  },
  {
    name: 'bundle',
    summary: 'the incident bundle: one file with state, decisions, audit, raw data and configuration',
    details:
      'A tar.gz that is read without Holdfast, from its README.txt on; secrets are removed. Made by the agent, which\n' +
      'has the raw data: exit code 5 without one.',
    options: {
      from: { type: 'string', value: 'TIME', meaning: 'as ISO 8601 (default: an hour before --to)' },
      to: {
        type: 'string',
        value: 'TIME',
        meaning: 'as ISO 8601; without an offset it is local (default: now)',
      },
      out: {
        type: 'string',
        value: 'FILE',
        meaning: 'never over a file that is there (default: named by its time)',
      },
    },
    examples: ['holdfast bundle', 'holdfast bundle --from 2026-02-08T03:00:00Z --to 2026-02-08T03:30:00Z'],
    load: async () => (await import('./commands/bundle.ts')).bundle,
  },
  {
    name: 'guard release',
    summary: 'release a latched guard: restarts before now no longer count',
    details:
      'Find out first why the restarts did not help. The reason is recorded with the name of your account.\n' +
      'The cooldown after the last attempt still runs.',
    options: { reason: { type: 'string', value: 'TEXT', meaning: 'why; needed' } },
    examples: ['holdfast guard release --reason "pool size raised, see change 4711"'],
    load: async () => (await import('./commands/guard-release.ts')).guardRelease,
  },
  {
    name: 'pause',
    summary: 'maintenance mode: no automatic restarts',
    options: {
      reason: { type: 'string', value: 'TEXT', meaning: 'why; needed' },
      for: {
        type: 'string',
        value: 'TIME',
        meaning: 'ends by itself after 90s, 30m, 2h or 1d; else by holdfast resume',
      },
    },
    examples: ['holdfast pause --reason "deploy" --for 30m'],
    load: async () => (await import('./commands/pause.ts')).pauseWatchdog,
  },
  {
    name: 'resume',
    summary: 'end of maintenance mode',
    options: {},
    examples: ['holdfast resume'],
    load: async () => (await import('./commands/resume.ts')).resumeWatchdog,
  },
  {
    name: 'killswitch status',
    summary: 'which routes of the console are out of service, and by which files',
    options: ROUTE_OPTION,
    examples: ['holdfast killswitch status', 'holdfast killswitch status --json'],
    load: async () => (await import('./commands/killswitch.ts')).killswitchStatus,
  },
  {
    name: 'killswitch engage',
    summary: 'take the console out of service: every page load gets the classic page',
    details:
      'Writes the hard switch, navigation.off, into the state directory, or where that is full or read-only into the\n' +
      'runtime directory. It needs neither agent nor journal; what could not be recorded is said. Without Holdfast,\n' +
      'touch does the same: the presence of the file is all that counts.',
    options: { ...ROUTE_OPTION, reason: { type: 'string', value: 'TEXT', meaning: 'why; needed' } },
    examples: [
      'holdfast killswitch engage --reason "blank page since the deploy"',
      'holdfast killswitch engage --route /audit --reason "table does not load"',
    ],
    load: async () => (await import('./commands/killswitch.ts')).killswitchEngage,
  },
  {
    name: 'killswitch release',
    summary: 'put the console, or a route, back into service',
    details:
      'Removes every file that engages it: the hard switch and the one of console and API. Recorded before that, and not\n' +
      'carried out where it cannot be. Exits 1 when something still holds, and names it.',
    options: { ...ROUTE_OPTION, reason: { type: 'string', value: 'TEXT', meaning: 'why; needed' } },
    examples: ['holdfast killswitch release --reason "fixed in 1.4.2"'],
    load: async () => (await import('./commands/killswitch.ts')).killswitchRelease,
  },
  {
    name: 'rollback',
    summary: 'back to the previous stable behaviour, measured against the target time',
    details:
      'First the navigation, then the release: a cutover in reverse. --navigation takes the console out of service as\n' +
      'killswitch engage does, then looks from outside, as a browser would, that there is a way on: the classic page and\n' +
      'the health. --release leads the link to where it led before the cutover. The build that was promoted is held from\n' +
      'then on: cutover refuses it until a person brings it back. All of it is measured against the declared target time\n' +
      '(HOLDFAST_ROLLBACK_TARGET_S), and recorded.\n' +
      'Exits 0 when all of it was seen in time, 1 when a step failed or it took longer, 5 when nobody answered who\n' +
      'could have shown it. What is engaged stays so in each case: holdfast killswitch release is the way back.',
    options: {
      navigation: { type: 'boolean', meaning: 'the console alone' },
      release: { type: 'boolean', meaning: 'the release alone' },
      reason: { type: 'string', value: 'TEXT', meaning: 'why; needed' },
      ...ROOT_OPTION,
    },
    examples: [
      'holdfast rollback --reason "errors since the cutover"',
      'holdfast rollback --navigation --reason "blank page since the deploy"',
    ],
    load: async () => (await import('./commands/rollback.ts')).rollback,
  },
  {
    name: 'cutover',
    summary: 'this build goes live, where every gate has passed for it: its release, then the console',
    details:
      'Refused (exit code 3) unless every gate has passed for exactly this build, or is waived; each reason is named with\n' +
      'what takes it away. Then current leads to the installed release that is this build, and the console comes into\n' +
      'service. Interrupted at any point, holdfast cutover goes on and holdfast rollback goes back. A build that was rolled\n' +
      'back comes back with --again alone. Every step is recorded.',
    options: {
      again: { type: 'boolean', meaning: 'although this build was rolled back; needs --reason' },
      reason: { type: 'string', value: 'TEXT', meaning: 'with --again: why' },
      ...ROOT_OPTION,
    },
    examples: ['holdfast gates run && holdfast cutover', 'holdfast cutover --json'],
    load: async () => (await import('./commands/cutover.ts')).cutover,
  },
  {
    name: 'audit list',
    summary: 'the audit trail of both journals, newest last',
    details:
      'Who asked, what was decided and why, what was done. Reads the files alone; nothing has to run.\n' +
      'Comparisons are plain: no text given here is a pattern.',
    options: {
      ...AUDIT_FILTER_OPTIONS,
      limit: { type: 'string', value: 'N', meaning: 'the newest N that match (default: 50; 0 = all)' },
    },
    examples: ['holdfast audit list --since 2h', 'holdfast audit list --decision blocked --text pool --json'],
    load: async () => (await import('./commands/audit-list.ts')).auditList,
  },
  {
    name: 'audit export',
    summary: 'the audit trail as CSV or JSON lines',
    details:
      'CSV is for spreadsheets and safe to open in one. JSON lines carry each stored row beside the record, with\n' +
      'number and hash, so that the chain can be verified from them alone.',
    options: {
      format: { type: 'string', value: 'csv|jsonl', meaning: 'needed' },
      out: {
        type: 'string',
        value: 'FILE',
        meaning: 'appears whole, or not at all (default: standard output)',
      },
      ...AUDIT_FILTER_OPTIONS,
    },
    examples: [
      'holdfast audit export --format jsonl --out audit.jsonl',
      'holdfast audit export --format csv --since 2026-02-01',
    ],
    load: async () => (await import('./commands/audit-export.ts')).auditExport,
  },
  {
    name: 'audit verify',
    summary: 'whether any row of the audit trail was edited, dropped or reordered',
    details:
      'Takes the hash of every row anew and names the first that does not fit. Exits 4 when a chain is broken.\n' +
      'It says as well what cannot be found this way. A chain that was rewritten whole, or cut at its end, is found\n' +
      'against the log stream, where each row was told with its hash when it was written.',
    options: {
      'against-journal': {
        type: 'string',
        value: 'FILE',
        valueMayLack: true,
        meaning: 'compare with the log stream: FILE or - (standard input) of its lines; alone: journald',
      },
    },
    examples: [
      'holdfast audit verify',
      'holdfast audit verify --against-journal',
      'cat .holdfast/state/log/*.log | holdfast audit verify --against-journal -',
    ],
    load: async () => (await import('./commands/audit-verify.ts')).auditVerify,
  },
  {
    name: 'contract check',
    summary: 'compare the runtime contract with units, environment, files, conda and processes',
    details:
      'Reads only. Units are taken as systemd merges them with their drop-ins; paths are compared, not spellings. Each\n' +
      'finding says what, where it was read, expected, found, and what mends it. Exits 4 on drift.\n' +
      'The units call it before they start, with --strict and --unit: then the contract and that unit count, what else is\n' +
      'found is reported, and what could not be checked counts as well. RUNTIME_CONTRACT_ENFORCE=false makes the findings\n' +
      'of a strict check a warning.',
    options: {
      strict: { type: 'boolean', meaning: 'fail on what could not be checked, too' },
      unit: { type: 'string', value: 'NAME', meaning: 'only the contract and this unit count' },
      root: { type: 'string', value: 'DIR', meaning: 'the host below this directory (default: /)' },
    },
    examples: [
      'holdfast contract check',
      'holdfast contract check --strict --unit holdfast-watchdog.service',
      'holdfast contract check --root /mnt/image --json',
    ],
    load: async () => (await import('./commands/contract-check.ts')).contractCheck,
  },
  {
    name: 'contract render',
    summary: 'units, tmpfiles, environment file and polkit rule, made from the runtime contract',
    options: {
      out: { type: 'string', value: 'DIR', meaning: 'where to (default: beside the contract)' },
      check: {
        type: 'boolean',
        meaning: 'write nothing; exit 4 where a file is another than the rendered one',
      },
    },
    examples: ['holdfast contract render --out /tmp/deploy', 'holdfast contract render --check'],
    load: async () => (await import('./commands/contract-render.ts')).contractRender,
  },
  {
    name: 'image check',
    summary: 'check deployable images: Dockerfiles, a root filesystem or an exported image',
    details:
      'Reads only; needs no agent and no container engine. Without options it looks at the two images of the project: their\n' +
      'Dockerfiles, and the files that go into them. Files are judged by their content, their names and the package\n' +
      'databases; layers as they lie on one another, and secrets also where a later layer hides them. Each finding says\n' +
      'rule, place and what mends it. Exits 4 on findings. The rules: docs/deployable-runtime-contract.md.',
    options: {
      dockerfile: { type: 'string', value: 'FILE', many: true, meaning: 'Dockerfiles, one or more' },
      rootfs: { type: 'string', value: 'DIR', meaning: 'an unpacked root filesystem' },
      tar: {
        type: 'string',
        value: 'FILE',
        meaning: 'an exported one, an OCI layout, or what docker save wrote; plain, gzip or zstd',
      },
    },
    examples: [
      'holdfast image check',
      'holdfast image check --dockerfile deploy/backend.Dockerfile deploy/frontend.Dockerfile',
      'docker save holdfast-backend > image.tar && holdfast image check --tar image.tar --json',
    ],
    load: async () => (await import('./commands/image-check.ts')).imageCheck,
  },
  {
    name: 'doctor',
    summary: 'look at everything, change nothing, and say in plain words what is wrong and what mends it',
    details:
      'Configuration, versions, runtime contract, release, directories, room, audit trail, history, accounts, kill switch,\n' +
      'agent, ports, watchdog, target, statsd, clock. Works without an agent. What this account may not see, or nobody\n' +
      'tells, is "not checked", with the reason: as root it sees most. Exits 4 on a finding.',
    options: {},
    examples: ['holdfast doctor', 'holdfast doctor --json'],
    load: async () => (await import('./commands/doctor.ts')).doctor,
  },
  {
    name: 'install-systemd',
    summary: 'install units, tmpfiles, environment file and polkit rule; bring a release, upgrade, go back',
    details:
      'Installs the build that this command is of, or that in --release, which then installs itself. Layout prod: code in\n' +
      '/opt/holdfast/releases, with the link /opt/holdfast/current to the one that runs; it takes the conda prefix of the\n' +
      'contract, or refuses. Layout project: the units run from this checkout, in the first of these that has python3 and\n' +
      "gunicorn: the contract's prefix, .conda, .venv, venv or env of the checkout, the active environment, the system.\n" +
      'It shows what changes before it writes. A file that somebody edited is not overwritten without --force, which keeps\n' +
      'it aside. On this host systemd is told, and watchdog and agent are restarted where they run something older; the target\n' +
      'never is. Interrupted, the same command does the rest. Exits 4 when it refuses, 1 when a step failed.',
    options: {
      layout: { type: 'string', value: 'prod|project', meaning: 'where the code lies (default: prod)' },
      root: { type: 'string', value: 'DIR', meaning: 'the host below this directory (default: /)' },
      release: {
        type: 'string',
        value: 'DIR',
        meaning: 'a build, or the name of a release that is there: upgrade and way back alike',
      },
      'dry-run': { type: 'boolean', meaning: 'show what would change, and write nothing' },
      force: { type: 'boolean', meaning: 'replace what was edited by hand, too; it is kept aside' },
      uninstall: { type: 'boolean', meaning: 'remove what was installed; the state stays' },
    },
    examples: [
      'holdfast install-systemd --dry-run',
      'holdfast install-systemd --release /srv/builds/holdfast-0.2.0',
      'holdfast install-systemd --layout project',
    ],
    load: async () => (await import('./commands/install-systemd.ts')).installSystemd,
  },
  {
    name: 'gates run',
    summary: 'prove this build: the release gates, all or some, each with its evidence',
    details:
      'Each gate is a program of its own, with a time limit; what hangs, dies or misses a tool has not passed. Evidence is\n' +
      'bound to commit, build and contract, is sealed, expires, and is recorded in the audit trail. On uncommitted changes\n' +
      'or a detached head gates run, and do not count. Exits 4 when one of them did not pass.\n\n' +
      `The gates:\n\n${gatesHelp()}`,
    options: { only: { type: 'string', value: 'ID,…', meaning: 'these alone (default: all)' } },
    examples: ['holdfast gates run', 'holdfast gates run --only documentation,build-integrity --json'],
    load: async () => (await import('./commands/gates-run.ts')).gatesRun,
  },
  {
    name: 'gates status',
    summary: 'what was proved of this build, how long ago, and what stands before its cutover',
    details:
      'Runs nothing, and exits 0 whatever the state is; with --json, ready says whether a cutover would be refused.',
    options: {},
    examples: ['holdfast gates status', 'holdfast gates status --json'],
    load: async () => (await import('./commands/gates-status.ts')).gatesStatus,
  },
  {
    name: 'gates waive',
    summary: 'let a gate pass for this build, by name, with a reason, for a time',
    details:
      'For the day on which the gate is wrong and the release is right. It counts for exactly this build, for at most 7d,\n' +
      'is recorded, and stays visible wherever gates are shown. A later one for the same gate replaces it.',
    options: {
      gate: { type: 'string', value: 'ID', meaning: 'needed' },
      name: { type: 'string', value: 'NAME', meaning: 'who answers for it; needed' },
      reason: { type: 'string', value: 'TEXT', meaning: 'why; needed' },
      for: { type: 'string', value: 'TIME', meaning: 'as 4h or 2d; needed, at most 7d' },
    },
    examples: [
      'holdfast gates waive --gate documentation --name "$USER" --reason "a link that is down, not ours" --for 4h',
    ],
    load: async () => (await import('./commands/gates-waive.ts')).gatesWaive,
  },
  {
    name: 'rehearse',
    summary: 'walk restart and rollback for real, in a scratch root, before they are needed',
    details:
      'Starts a real gunicorn, watchdog and agent of its own on free ports of loopback, with sync and then with gthread\n' +
      'workers; asks for a restart under load, watches the workers be replaced, looks at health, rolls back, and ends all\n' +
      'of it. Of sync workers no request may fail; of gthread workers no more than gunicorn itself loses of connections\n' +
      'that are kept alive. It touches nothing that runs. Exits 1 when a step did not come about; what it left lies in the root.',
    options: {
      root: {
        type: 'string',
        value: 'DIR',
        meaning: 'empty, or of an earlier rehearsal (default: a temporary one)',
      },
    },
    examples: ['holdfast rehearse', 'holdfast rehearse --root /tmp/rehearsal --json'],
    load: async () => (await import('./commands/rehearse.ts')).rehearse,
  },
  {
    name: 'prune',
    summary: 'remove the oldest rows of the audit trail, and the oldest raw samples on disk',
    details:
      'Of the trail it removes what is older than retention.audit_days (400), never the newest retention.audit_rows (1000), nor\n' +
      'anything that a decision still rests on: open requests, a latched guard, a pause, restarts within any window. It\n' +
      'says which of these keeps rows. Watchdog and agent may run. That rows were removed, how many and by whom, is a\n' +
      'row of the trail itself; to keep them elsewhere, export them first (holdfast audit export). Removes nothing where\n' +
      'a chain does not verify (exit code 4) or the disk is full (exit code 1).\n' +
      'Raw samples on disk go by retention.raw_days (3) and retention.raw_mib (512), as the agent does it by itself.',
    options: { 'dry-run': { type: 'boolean', meaning: 'say what would be removed, and remove nothing' } },
    examples: [
      'holdfast prune --dry-run',
      'holdfast prune',
      'HOLDFAST_RETENTION_AUDIT_DAYS=90 holdfast prune --json',
    ],
    load: async () => (await import('./commands/prune.ts')).prune,
  },
]
