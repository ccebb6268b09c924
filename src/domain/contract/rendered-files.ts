/** Every deployment file that is made from the contract (RC1), with the place where it is installed. */
import type { RuntimeContract } from '../schemas/runtime-contract.ts'
import { COMMAND, commandFile, renderCommand } from './command-file.ts'
import { ENVIRONMENT_FILE, UNIT_DIRECTORY } from './deployment.ts'
import { environmentFile, renderEnvironment, renderTmpfiles, tmpfilesFile } from './environment-file.ts'
import { lastResortFile, lastResortPage, LAST_RESORT_PAGE } from './last-resort-page.ts'
import { NGINX_DIRECTORY, nginxServer, nginxServerFile, nginxSubPath, nginxSubPathFile } from './nginx.ts'
import { nginxAccess, nginxAccessFile } from './nginx-access.ts'
import { polkitRule, polkitRuleFile } from './polkit-rule.ts'
import { pruneService, pruneServiceFile, pruneTimer, pruneTimerFile } from './prune-units.ts'
import {
  agentService,
  agentServiceFile,
  targetService,
  targetServiceFile,
  watchdogService,
  watchdogServiceFile,
} from './service-units.ts'

export interface RenderedFile {
  /** In the repository, beneath `deploy/`. */
  readonly file: string
  readonly installedAs: (contract: RuntimeContract) => string
  readonly text: (contract: RuntimeContract) => string
  readonly isExecutable?: true
}

export const RENDERED_FILES: readonly RenderedFile[] = [
  unit(targetServiceFile, 'target', targetService),
  unit(watchdogServiceFile, 'watchdog', watchdogService),
  unit(agentServiceFile, 'agent', agentService),
  unit(pruneServiceFile, 'prune', pruneService),
  unit(pruneTimerFile, 'prune_timer', pruneTimer),
  { file: tmpfilesFile, installedAs: () => '/etc/tmpfiles.d/holdfast.conf', text: renderTmpfiles },
  { file: environmentFile, installedAs: () => ENVIRONMENT_FILE, text: renderEnvironment },
  { file: commandFile, installedAs: () => COMMAND, text: renderCommand, isExecutable: true },
  {
    file: polkitRuleFile,
    installedAs: () => '/etc/polkit-1/rules.d/49-holdfast.rules',
    text: polkitRule,
  },
  // One of the two is included by the host's own nginx configuration; nothing takes effect by lying there.
  nginxFile(nginxServerFile, 'holdfast.conf', (contract) => nginxServer(contract)),
  nginxFile(nginxSubPathFile, 'holdfast-sub-path.conf', (contract) => nginxSubPath(contract)),
  nginxFile(lastResortFile, LAST_RESORT_PAGE, lastResortPage),
  { file: nginxAccessFile, installedAs: () => '/etc/tmpfiles.d/holdfast-nginx.conf', text: nginxAccess },
]

function nginxFile(file: string, name: string, text: RenderedFile['text']): RenderedFile {
  return { file, installedAs: () => `${NGINX_DIRECTORY}/${name}`, text }
}

function unit(
  file: string,
  role: keyof RuntimeContract['units'],
  text: (contract: RuntimeContract) => string,
): RenderedFile {
  return { file, installedAs: ({ units }) => `${UNIT_DIRECTORY}/${units[role]}`, text }
}
