/** What operators may do: four roles, each of which may do what the ones before it may. */

/**
 * `viewer` reads; `editor` changes pins too; `operator` everything but tokens; `admin` is who holds
 * ADMIN_TOKEN.
 */
export const ROLES = ["viewer", "editor", "operator", "admin"] as const;
export type Role = (typeof ROLES)[number];

/** The roles that a token may have. ADMIN_TOKEN alone is `admin`, so that tokens make no tokens. */
export const TOKEN_ROLES = ["viewer", "editor", "operator"] as const;
export type TokenRole = (typeof TOKEN_ROLES)[number];

/** Whether who has `role` may do what needs `needed`. */
export function mayActAs(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}
