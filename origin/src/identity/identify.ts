/**
 * Links a visitor to a user, or unlinks it. A linked visitor's events, past and later ones, belong to the
 * user's profile.
 */
import { transact, type Database } from "@spillway/store/database.ts";
import { addLink, deleteLink, linkOf, linksOf } from "@spillway/store/profiles/links.ts";
import {
  moveFromOwnProfiles,
  rebuildPerson,
  moveToOwnProfiles,
} from "@spillway/store/profiles/own-profiles.ts";

/**
 * The most visitors of one user. A person's profile is merged from those of all ids each time one of them
 * changes. A further visitor is refused until one is unlinked. None is unlinked automatically, since its
 * events would leave the profile with it.
 */
export const MAX_VISITORS = 100;

export type Linked =
  | { readonly kind: "linked" | "unchanged" }
  /** The visitor was another user's before. */
  | { readonly kind: "moved" }
  | ({ readonly kind: "refused" } & Refusal);

type Refusal = { readonly key: "visitor" | "user"; readonly reason: string };

export type Unlinked = { readonly kind: "unlinked" | "not-linked" };

/**
 * Links in one transaction with the profiles, durably when it returns. The same link again changes nothing.
 */
export function link(database: Database, visitor: string, user: string, nowMs: number): Linked {
  return transact(database, (): Linked => {
    const before = linkOf(database, visitor);
    if (before?.user === user) return { kind: "unchanged" };
    const others = linksOf(database, user).length;
    const refused = refusal(database, visitor, user, others);
    if (refused !== undefined) return { kind: "refused", ...refused };
    if (before !== undefined) separate(database, visitor, before.user);
    if (others === 0) moveToOwnProfiles(database, user);
    moveToOwnProfiles(database, visitor);
    addLink(database, { visitor, user, linkedMs: nowMs });
    rebuildPerson(database, user);
    return { kind: before === undefined ? "linked" : "moved" };
  });
}

/**
 * Refuses links that would make a chain: a visitor has no visitors, and a user is not another user's visitor.
 */
function refusal(database: Database, visitor: string, user: string, others: number): Refusal | undefined {
  if (visitor === user) return { key: "visitor", reason: "is the user" };
  if (others >= MAX_VISITORS) {
    const remedy = "the operator can list them (spillway user export) and unlink one (DELETE /identify)";
    return { key: "user", reason: `has ${others} visitors already, which is the most: ${remedy}` };
  }
  if (linkOf(database, user) !== undefined) return { key: "user", reason: "is another user's visitor" };
  if (linksOf(database, visitor).length > 0) return { key: "visitor", reason: "is a user with visitors" };
  return undefined;
}

/**
 * With `user`, it unlinks only a visitor of that user. Afterwards each id has the profile of its own events
 * again.
 */
export function unlink(database: Database, visitor: string, user?: string): Unlinked {
  return transact(database, (): Unlinked => {
    const before = linkOf(database, visitor);
    if (before === undefined || (user !== undefined && before.user !== user)) return { kind: "not-linked" };
    separate(database, visitor, before.user);
    return { kind: "unlinked" };
  });
}

function separate(database: Database, visitor: string, user: string): void {
  deleteLink(database, visitor);
  moveFromOwnProfiles(database, visitor);
  if (linksOf(database, user).length === 0) moveFromOwnProfiles(database, user);
  else rebuildPerson(database, user);
}
