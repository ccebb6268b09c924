/**
 * A page's addresses are relative. On a deep link they need a base, given by the depth of the asked path: right under
 * any prefix that a proxy takes away.
 */
export function baseOf(url: string): string {
  const depth = (url.split('?')[0] ?? '/').split('/').length - 2
  return depth <= 0 ? './' : '../'.repeat(depth)
}
