/**
 * The units of retention (AU3, SD3): `holdfast prune` once a day, as the user of watchdog and agent, with nothing in
 * its reach but their state. It speaks with nobody, so that it has no network either.
 */
import type { RuntimeContract } from '../schemas/runtime-contract.ts'
import { codeDir, ENVIRONMENT_FILE, installedContract, programOf } from './deployment.ts'
import { codeProtection } from './service-units.ts'

/** In the repository; installed under the contract's names in `/etc/systemd/system`. */
export const pruneServiceFile = 'deploy/systemd/holdfast-prune.service'
export const pruneTimerFile = 'deploy/systemd/holdfast-prune.timer'

export function pruneService(contract: RuntimeContract): string {
  const { version, user, group, binaries, paths } = contract
  return `# Rendered from the runtime contract, version ${version}; do not edit.
[Unit]
Description=Holdfast: retention of audit trail and raw samples
Documentation=file://${codeDir(contract)}/docs/operations.md
ConditionPathIsDirectory=${paths.state_dir}

[Service]
Type=oneshot
User=${user}
Group=${group}
ExecStart=${binaries.node} ${programOf(contract)} prune
EnvironmentFile=-${ENVIRONMENT_FILE}
Environment=HOLDFAST_CONTRACT_FILE=${installedContract(contract)}
# It may think slowly, and the watchdog comes first; but the disk is not idle to it: the watchdog may wait for its commit.
Nice=10
TimeoutStartSec=30min
ProtectSystem=strict
ReadWritePaths=${paths.state_dir}
${codeProtection(contract)}
PrivateTmp=yes
PrivateDevices=yes
PrivateNetwork=yes
PrivateUsers=yes
ProtectProc=invisible
NoNewPrivileges=yes
CapabilityBoundingSet=
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
RestrictAddressFamilies=AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RemoveIPC=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
UMask=0027
`
}

export function pruneTimer({ version, units }: RuntimeContract): string {
  return `# Rendered from the runtime contract, version ${version}; do not edit.
[Unit]
Description=Holdfast: retention of audit trail and raw samples, once a day

[Timer]
OnCalendar=daily
RandomizedDelaySec=1h
Persistent=yes
Unit=${units.prune}

[Install]
WantedBy=timers.target
`
}
