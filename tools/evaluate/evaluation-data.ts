/**
 * Interactions divided by the protocol into what is learned from, what a test user is known by, and what they
 * want. Pure.
 */
import { DataError } from "./errors.ts";
import { isHeldOut, numberIds, partOf } from "./protocol.ts";

export type EvaluationUser = {
  readonly test: boolean;
  /** Items by number, each once. */
  readonly items: Uint32Array;
  /** Parallel to `items`; 1: held out. Only meaningful for a test user, who then has both kinds. */
  readonly heldOut: Uint8Array;
};

export type EvaluationData = {
  /** Users in the order of first appearance, without test users who lack history or held-out items. */
  readonly users: readonly EvaluationUser[];
  /** Items are numbered in the order of first appearance: 0 … itemCount − 1. */
  readonly itemCount: number;
  /** The interactions of `users`; each pair counts once. */
  readonly interactions: number;
  readonly usersAsGiven: boolean;
  readonly itemsAsGiven: boolean;
  /** Test users that were left out because they lack history or held-out items. */
  readonly droppedTestUsers: number;
};

/**
 * `userIds` and `itemIds` in the order of first appearance, `itemsOf` by user. Throws a {@link DataError}
 * when there is nobody to learn from or nobody to test on.
 */
export function divide(
  userIds: readonly string[],
  itemIds: readonly string[],
  itemsOf: readonly Uint32Array[],
  tune = false,
): EvaluationData {
  const users = numberIds(userIds);
  const items = numberIds(itemIds);
  let droppedTestUsers = 0;
  const divided = itemsOf.flatMap((own, at): EvaluationUser[] => {
    const user = users.residues[at] ?? 0;
    const part = partOf(user, tune);
    if (part === "left-out") return [];
    const test = part === "test";
    const heldOut = Uint8Array.from(own, (item) =>
      test && isHeldOut(user, items.residues[item] ?? 0) ? 1 : 0,
    );
    if (test && (!heldOut.includes(0) || !heldOut.includes(1))) {
      droppedTestUsers += 1;
      return [];
    }
    return [{ test, items: own, heldOut }];
  });
  checkBothKinds(divided, droppedTestUsers, `user % 5 = ${tune ? 1 : 0}`);
  return {
    users: divided,
    itemCount: itemIds.length,
    interactions: divided.reduce((sum, user) => sum + user.items.length, 0),
    usersAsGiven: users.asGiven,
    itemsAsGiven: items.asGiven,
    droppedTestUsers,
  };
}

function checkBothKinds(users: readonly EvaluationUser[], dropped: number, who: string): void {
  const tests = users.filter(({ test }) => test).length;
  if (tests === users.length) {
    throw new DataError(`nobody to learn from: every user is a test user (${who})`);
  }
  if (tests === 0) {
    throw new DataError(
      dropped === 0
        ? `nobody to test on: there is no test user (${who})`
        : `nobody to test on: of ${dropped} test users (${who}) none has both history and held-out items`,
    );
  }
}
