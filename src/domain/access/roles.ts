/** Who may do what (SE1, SE5): three roles, each of which may all that the one before may. */
export const ROLES = ['viewer', 'operator', 'admin'] as const
export type Role = (typeof ROLES)[number]

/** In a sentence, wherever people read it. */
export const ROLE_WORDS: Readonly<Record<Role, string>> = {
  viewer: 'viewer',
  operator: 'operator',
  admin: 'administrator',
}

/** What a page or route asks for at least. */
export type LeastRole = 'public' | Role

export function reaches(held: Role, least: LeastRole): boolean {
  return least === 'public' || ROLES.indexOf(held) >= ROLES.indexOf(least)
}
