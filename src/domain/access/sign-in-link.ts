/** `<console>#sign-in=<token>` (SE2): a fragment is never sent, so no preview and no proxy's log has it. */
export const LINK_FRAGMENT = 'sign-in'
