/**
 * Links a visitor to a user, and takes it back: whose profile the visitor's events, past and later ones,
 * belong to.
 */
import { transact, type Database } from "@spillway/store/database.ts";
import { addLink, deleteLink, linkOf, linksOf } from "@spillway/store/profiles/links.ts";
import {
  moveFromOwnProfiles,
  rebuildPerson,
  moveToOwnProfiles,
} from "@spillway/store/profiles/own-profiles.ts";

/**
 * Of one user. A person's profile is made from those of all, each time one of them changes. At the most,
 * later visitors are refused until one is unlinked: none is let go unasked, since its events would leave the
 * user's profile with it.
 */
export const MAX_VISITORS = 100;

export type Linked =
  | { readonly kind: "linked" | "unchanged" }
  /** The visitor was another user's before. */
  | { readonly kind: "moved" }
  | ({ readonly kind: "refused" } & Refusal);

type Refusal = { readonly key: "visitor" | "user"; readonly reason: string };

export type Unlinked = { readonly kind: "unlinked" | "not-linked" };

/** One transaction for the link and the profiles, durable when it returns; again, it changes nothing. */
export function link(database: Database, visitor: string, user: string, nowMs: number): Linked {
  return transact(database, (): Linked => {
    const before = linkOf(database, visitor);
    if (before?.user === user) return { kind: "unchanged" };
    const others = linksOf(database, user).length;
    const refused = refusal(database, visitor, user, others);
    if (refused !== undefined) return { kind: "refused", ...refused };
    if (before !== undefined) takeApart(database, visitor, before.user);
    if (others === 0) moveToOwnProfiles(database, user);
    moveToOwnProfiles(database, visitor);
    addLink(database, { visitor, user, linkedMs: nowMs });
    rebuildPerson(database, user);
    return { kind: before === undefined ? "linked" : "moved" };
  });
}

/** Links make no chains: who is somebody else's visitor is nobody's user. */
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

/** `user`: only where the visitor is that user's. Events of both go back to where they came from. */
export function unlink(database: Database, visitor: string, user?: string): Unlinked {
  return transact(database, (): Unlinked => {
    const before = linkOf(database, visitor);
    if (before === undefined || (user !== undefined && before.user !== user)) return { kind: "not-linked" };
    takeApart(database, visitor, before.user);
    return { kind: "unlinked" };
  });
}

function takeApart(database: Database, visitor: string, user: string): void {
  deleteLink(database, visitor);
  moveFromOwnProfiles(database, visitor);
  if (linksOf(database, user).length === 0) moveFromOwnProfiles(database, user);
  else rebuildPerson(database, user);
}
