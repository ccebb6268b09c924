/**
 * What nginx's account may do in the two directories (ADR 0026): go through them. It looks for switch files and reads what
 * was last known, each by its name; it lists nothing, writes nothing, and is no member of the group, which may operate.
 */
import type { RuntimeContract } from '../schemas/runtime-contract.ts'

export const nginxAccessFile = 'deploy/nginx/holdfast-nginx.tmpfiles.conf'

/** As Debian and Ubuntu call it. */
const NGINX_ACCOUNT = 'www-data'

export function nginxAccess({ version, paths }: RuntimeContract): string {
  return `# Rendered from the runtime contract, version ${version}; do not edit.
# nginx looks for the files of the kill switch, and reads what was last known. It may go through, and nothing else.
a+ ${paths.runtime_dir} - - - - u:${NGINX_ACCOUNT}:--x
a+ ${paths.state_dir} - - - - u:${NGINX_ACCOUNT}:--x
`
}
