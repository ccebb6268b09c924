import { NAVIGATION, type RouteId } from '#domain/navigation/manifest.ts'

/** A page's heading is its name in the menu. */
export function titleOf(id: RouteId): string {
  return NAVIGATION.find((entry) => entry.id === id)?.title ?? id
}
