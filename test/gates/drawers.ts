/** Which drawers and pages a role sees, against the list that was reviewed. */
import type { GateFinding } from '#domain/release/gate-report.ts'

/** Drawer → titles of its pages, in their order. */
export type Drawers = Readonly<Record<string, readonly string[]>>
export type DrawerBaseline = Readonly<Record<string, Drawers>>

const MEND = 'mend the manifest, or review the change and write it into test/gates/drawer-visibility.json'

export function compareDrawers(role: string, expected: Drawers, seen: Drawers): GateFinding[] {
  const drawers = [...new Set([...Object.keys(expected), ...Object.keys(seen)])]
  const findings = drawers.flatMap((drawer) => {
    const [wanted, found] = [expected[drawer], seen[drawer]]
    if (wanted === undefined) return [finding(`${role} sees the drawer ${drawer}, which nobody has reviewed`)]
    if (found === undefined) return [finding(`${role} does not see the drawer ${drawer}`)]
    return [
      ...found
        .filter((page) => !wanted.includes(page))
        .map((page) => finding(`${role} sees ${drawer} → ${page}, which nobody has reviewed`)),
      ...wanted
        .filter((page) => !found.includes(page))
        .map((page) => finding(`${role} does not see ${drawer} → ${page}`)),
    ]
  })
  const isInOrder = JSON.stringify(expected) === JSON.stringify(seen)
  return findings.length > 0 || isInOrder ? findings : [finding(`${role} sees the drawers in another order`)]
}

function finding(message: string): GateFinding {
  return { code: 'drawers_differ', message, mend: MEND }
}
