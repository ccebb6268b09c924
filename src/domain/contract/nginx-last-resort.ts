/** Where nginx answers alone (SH3): the last-resort page, and what was last known, which goes into it. */
import { NGINX_SAW } from '../navigation/addresses.ts'
import { PUBLIC_STATE_FILE } from '../health/public-state.ts'
import type { RuntimeContract } from '../schemas/runtime-contract.ts'
import { policyWithStyle } from '../security-headers.ts'
import { LAST_RESORT_PAGE, NONCE } from './last-resort-page.ts'
import { inside, ownHeaders } from './nginx-own-answers.ts'
import { OUT } from './nginx-switch.ts'
import { block, quoted } from './nginx-text.ts'

export function lastResortLocations(
  { paths }: Pick<RuntimeContract, 'paths'>,
  { prefix, pages }: { readonly prefix: string; readonly pages: string },
): string[] {
  return [
    '# The agent does not answer: the last that was known, beside the present time.',
    ...block(`location = ${inside(prefix, 'last-resort')}`, [
      'internal;',
      `alias ${quoted(`${pages}/${LAST_RESORT_PAGE}`)};`,
      'types { }',
      'default_type text/html;',
      'charset utf-8;',
      'ssi on;',
      '# Without what was last known it says so; what nginx has against it stands in its log.',
      'ssi_silent_errors on;',
      'subrequest_output_buffer_size 16k;',
      ...ownHeaders(policyWithStyle(`nonce-${NONCE}`)),
      'add_header Cache-Control no-store always;',
      'add_header Retry-After 5 always;',
      `add_header ${NGINX_SAW} ${OUT} always;`,
    ]),
    '# Others than the agent may write to that directory: through a link nothing is shown.',
    ...block(`location = ${inside(prefix, 'last-known')}`, [
      'internal;',
      `alias ${quoted(`${paths.runtime_dir}/${PUBLIC_STATE_FILE}`)};`,
      `disable_symlinks on ${quoted(`from=${paths.runtime_dir}`)};`,
      'types { }',
      'default_type text/plain;',
    ]),
  ]
}
