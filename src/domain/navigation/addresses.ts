/**
 * Which route an address of the console shows, for nginx, which looks for the switch files of that route (SH3): a pattern
 * for the address as it was sent. It takes what the console's router takes: capitals, and a slash at the end.
 */

/**
 * The header in which nginx says what it saw, to the agent and in its answer: `ALL_OUT`, or the id of the one route that
 * is out of service. Whoever of the two saw the global switch, the answer is the classic page.
 */
export const NGINX_SAW = 'x-holdfast-navigation'
export const ALL_OUT = 'all'

/** To be matched from the start, without regard to capitals; understood alike by PCRE and JavaScript. */
export function addressPattern(path: string): string {
  return path.endsWith('/') ? `${path}(\\?|$)` : `${path}/?(\\?|$)`
}
