/**
 * The units that run all the time (SD2, SD3): target, watchdog and agent. Each executes a binary of the contract
 * directly, with no shell and no `conda run` between (RC2), and starts only where nothing has drifted (RC5).
 *
 * None of them has PrivateUsers, ProtectProc=invisible or ProcSubset=pid. In the watchdog and the agent these would
 * hide the /proc by which they know the target; and in the target, since a process in a user namespace of its own
 * shows its executable to nobody outside.
 */
import type { RuntimeContract } from '../schemas/runtime-contract.ts'
import {
  codeDir,
  ENVIRONMENT_FILE,
  GUNICORN_CONFIG,
  installedContract,
  programOf,
  STATSD,
} from './deployment.ts'

/** In the repository; installed under the contract's names in `/etc/systemd/system`. */
export const targetServiceFile = 'deploy/systemd/holdfast-target.service'
export const watchdogServiceFile = 'deploy/systemd/holdfast-watchdog.service'
export const agentServiceFile = 'deploy/systemd/holdfast-agent.service'

export function targetService(contract: RuntimeContract): string {
  const { binaries, paths, bind, units } = contract
  const command = [
    binaries.gunicorn,
    `--config ${GUNICORN_CONFIG}`,
    `--pid ${paths.pid_file}`,
    `--bind ${bind}`,
    `--statsd-host ${STATSD}`,
  ]
  return `${head(contract, 'Holdfast: the supervised target, gunicorn')}
[Service]
Type=notify
NotifyAccess=main
${identity(contract)}
${checkedStart(contract, units.target)}
ExecStart=${command.join(' ')}
ExecReload=/bin/kill -HUP $MAINPID
KillMode=mixed
TimeoutStopSec=40s
Restart=on-failure
RestartSec=1s
Environment=PYTHONDONTWRITEBYTECODE=1
${sandbox(contract, GUNICORN_CALLS)}
${INSTALL}`
}

/** Without it no worker boots; without capabilities it leads to no other account. */
const GUNICORN_CALLS = `# Each worker of gunicorn sets the account that it has already.
SystemCallFilter=@setuid
`

export function watchdogService(contract: RuntimeContract): string {
  const { binaries, units } = contract
  return `${head(contract, 'Holdfast: guarded self-healing', units.target)}
[Service]
Type=notify
# Its word is brought by a child of its own.
NotifyAccess=all
WatchdogSec=30s
WorkingDirectory=${codeDir(contract)}
${identity(contract)}
${checkedStart(contract, units.watchdog)}
ExecStart=${binaries.node} ${programOf(contract)} watchdog
Restart=always
RestartSec=1s
${sandbox(contract)}
${INSTALL}`
}

export function agentService(contract: RuntimeContract): string {
  const { binaries, units } = contract
  return `${head(contract, 'Holdfast: API, intake and the console', units.watchdog)}
[Service]
Type=exec
WorkingDirectory=${codeDir(contract)}
${identity(contract)}
${checkedStart(contract, units.agent)}
ExecStart=${binaries.node} ${programOf(contract)} serve
Restart=always
RestartSec=1s
${sandbox(contract)}
${INSTALL}`
}

const INSTALL = `
[Install]
WantedBy=multi-user.target
`

function head(contract: RuntimeContract, description: string, after = ''): string {
  return (
    `# Rendered from the runtime contract, version ${contract.version}; do not edit.
[Unit]
Description=${description}
Documentation=file://${codeDir(contract)}/docs/operations.md
After=network.target ${after}`.trimEnd() + '\n'
  )
}

/** The directories are tmpfiles' to make; systemd makes them too, where it can, as a second net. */
function identity({ user, group, paths }: RuntimeContract): string {
  const [runtime, state] = [beneath(paths.runtime_dir, '/run/'), beneath(paths.state_dir, '/var/lib/')]
  return [
    `User=${user}`,
    `Group=${group}`,
    ...(runtime === null
      ? []
      : [`RuntimeDirectory=${runtime}`, 'RuntimeDirectoryMode=0770', 'RuntimeDirectoryPreserve=yes']),
    ...(state === null ? [] : [`StateDirectory=${state}`, 'StateDirectoryMode=0750']),
  ].join('\n')
}

function beneath(path: string, parent: string): string | null {
  return path.startsWith(parent) && path.length > parent.length ? path.slice(parent.length) : null
}

function checkedStart(contract: RuntimeContract, unit: string): string {
  return `Environment=HOLDFAST_CONTRACT_FILE=${installedContract(contract)}
EnvironmentFile=-${ENVIRONMENT_FILE}
ExecStartPre=${contract.binaries.node} ${programOf(contract)} contract check --strict --unit ${unit}`
}

/** Node compiles as it runs, so that memory which is both written and executed cannot be denied. */
function sandbox(contract: RuntimeContract, mayCall = ''): string {
  const { paths } = contract
  return `ProtectSystem=strict
ReadWritePaths=${paths.state_dir} ${paths.runtime_dir}
${codeProtection(contract)}
PrivateTmp=yes
PrivateDevices=yes
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
# A socket is given to the group; what else is filtered fails, and ends nobody.
SystemCallFilter=@chown
${mayCall}SystemCallErrorNumber=EPERM
UMask=0027`
}

/** Hidden by ProtectHome=true. */
const HOMES = /^\/(home|root|run\/user)\//

/**
 * Code is read and never written. A checkout may lie in a home, and its interpreter too: of all homes, then, these are
 * there to be seen, and nothing else.
 */
export function codeProtection(contract: RuntimeContract): string {
  const code = contract.code_dir ?? '/opt/holdfast'
  const { interpreter, gunicorn, node } = contract.binaries
  const environments = [interpreter, gunicorn, node].map((path) => path.replace(/\/(bin\/)?[^/]+$/, ''))
  const inHomes = [...new Set([code, ...environments])].filter((path) => HOMES.test(path))
  const hiding =
    inHomes.length === 0
      ? 'ProtectHome=true'
      : `ProtectHome=tmpfs
BindReadOnlyPaths=${inHomes.join(' ')}`
  return `${hiding}
ReadOnlyPaths=${code}`
}
