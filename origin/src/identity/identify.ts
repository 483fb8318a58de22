/**
 * Links a visitor to a user, or unlinks it. What a visitor did until its link is the user's. The id itself is
 * not: it opens nothing of the user's, and what is done under it later is not the user's.
 */
import { transact, type Database } from "@spillway/store/database.ts";
import { giveEventsToUser, hasEventsOf } from "@spillway/store/events/events-of-user.ts";
import {
  deleteLink,
  linkBySuccessor,
  linkOf,
  linksOf,
  putLink,
  type Link,
} from "@spillway/store/profiles/links.ts";
import {
  giveToUser,
  linkedRowOf,
  moveFromOwnProfiles,
  moveToOwnProfiles,
  rebuildPerson,
  restoreVisitor,
} from "@spillway/store/profiles/own-profiles.ts";

/**
 * The most visitors of one user. A person's profile is merged from those of all ids each time one of them
 * changes. To the platform's backend a further visitor is refused until one is unlinked, since the events of
 * one that was unlinked would leave the profile with it. A viewer's login makes room.
 */
export const MAX_VISITORS = 100;

export type Linked =
  | { readonly kind: "linked" | "unchanged" }
  /** The visitor was another user's before. `parted`: whose history has lost something. */
  | { readonly kind: "moved"; readonly parted: readonly string[] }
  | ({ readonly kind: "refused" } & Refusal);

type Refusal = { readonly key: "visitor" | "user"; readonly reason: string };

export type Unlinked =
  /** `parted`: whose history has lost something. */
  { readonly kind: "unlinked"; readonly parted: readonly string[] } | { readonly kind: "not-linked" };

/** A link that a viewer's own token and cookie have asked for, and not the platform's backend. */
export type Login = {
  /** The id that the viewer's browser gets in the visitor's place. */
  readonly successor: string | undefined;
};

/**
 * Links in one transaction with the profiles, durably when it returns. The same link again adds what the id
 * has done since. A viewer's login takes from no other user what is that user's already: who knows a
 * visitor's id could make it their own; the platform's backend may.
 */
export function link(
  database: Database,
  visitor: string,
  user: string,
  nowMs: number,
  login?: Login,
): Linked {
  const next: Link = { visitor, user, linkedMs: nowMs, successor: login?.successor ?? null };
  return transact(database, (): Linked => {
    const before = linkOf(database, visitor);
    if (before?.user === user) {
      moveToOwnProfiles(database, visitor);
      const linkedMs = Math.max(nowMs, before.linkedMs);
      putLink(database, { ...next, linkedMs, successor: next.successor ?? before.successor });
      rebuildPerson(database, user);
      return { kind: "unchanged" };
    }
    if (login !== undefined && linksOf(database, user).length >= MAX_VISITORS) makeRoom(database, user);
    const others = linksOf(database, user).length;
    const refused = refusal(database, visitor, user, others);
    if (refused !== undefined) return { kind: "refused", ...refused };
    if (before !== undefined) {
      if (login === undefined) separate(database, before);
      else keepForGood(database, before);
    }
    if (others === 0) moveToOwnProfiles(database, user);
    moveToOwnProfiles(database, visitor);
    putLink(database, next);
    rebuildPerson(database, user);
    if (before === undefined) return { kind: "linked" };
    return { kind: "moved", parted: login === undefined ? partedBy(before) : [] };
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
 * Each login leaves a link. The oldest that has brought nothing is let go, else what the oldest has brought
 * becomes the user's own, which can't be undone any more.
 */
function makeRoom(database: Database, user: string): void {
  const [oldest, ...later] = linksOf(database, user).toSorted((a, b) => a.linkedMs - b.linkedMs);
  if (oldest === undefined) return;
  const empty = [oldest, ...later].find(
    ({ visitor }) => linkedRowOf(database, visitor) === undefined && !hasEventsOf(database, visitor),
  );
  if (empty === undefined) keepForGood(database, oldest);
  else deleteLink(database, empty.visitor);
}

/** What the visitor has brought becomes the user's own, and the link is forgotten. */
function keepForGood(database: Database, { visitor, user, linkedMs }: Link): void {
  giveEventsToUser(database, visitor, user, linkedMs);
  giveToUser(database, visitor, user);
  deleteLink(database, visitor);
  if (linksOf(database, user).length === 0) moveFromOwnProfiles(database, user);
}

/**
 * Undoes the link of the visitor, or the one whose successor it is. With `user`, it unlinks only a visitor of
 * that user. Afterwards each id has the profile of its own events again.
 */
export function unlink(database: Database, visitor: string, user?: string): Unlinked {
  return transact(database, (): Unlinked => {
    const before =
      linkOf(database, visitor) ??
      (user === undefined ? undefined : linkBySuccessor(database, user, visitor));
    if (before === undefined || (user !== undefined && before.user !== user)) return { kind: "not-linked" };
    separate(database, before);
    return { kind: "unlinked", parted: partedBy(before) };
  });
}

/** What the visitor's browser got as its id in its place has the visitor's history too. */
function partedBy({ user, successor }: Link): readonly string[] {
  return successor === null ? [user] : [user, successor];
}

function separate(database: Database, { visitor, user }: Link): void {
  deleteLink(database, visitor);
  restoreVisitor(database, visitor);
  if (linksOf(database, user).length === 0) moveFromOwnProfiles(database, user);
  else rebuildPerson(database, user);
}
