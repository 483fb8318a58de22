import { describe, expect, test } from "vitest";
import { seededRandom } from "../../seeded-random.ts";
import { Evidence, type EvidenceRecord, type StoredEvidence } from "./evidence.ts";
import { judge } from "./judge-guards.ts";
import type { Guard } from "./guards.ts";
import { UserSums } from "./user-sums.ts";

const MINUTE_MS = 60_000;
const VERSIONS = { current: 12, candidate: 13 };
const GENERIC: Guard = { name: "generic share", limit: 0.05 };
const WORSE: Guard = { name: "served worse than before", limit: 0.1 };
const PLAYS: Guard = { name: "plays per impression", limit: 0.9 };

function hashOf(user: number): string {
  return Math.imul(user + 1, 0x9e3779b1)
    .toString(16)
    .replace("-", "f")
    .padStart(8, "0")
    .padEnd(16, "0");
}

function record(user: number, version: number, more: Partial<EvidenceRecord> = {}): EvidenceRecord {
  const served = { as: "individual", reason: "admitted", calls: 1, slow: 0, minute: 0 } as const;
  return { user: hashOf(user), version, ...served, ...more };
}

function evidence(records: readonly EvidenceRecord[] = []): Evidence {
  const made = new Evidence({ fromMs: 0, versions: VERSIONS });
  made.addRecords(records);
  return made;
}

/** What another process makes of what this one has stored. */
function restarted(before: Evidence): Evidence {
  const stored = JSON.parse(JSON.stringify(before.stored())) as StoredEvidence;
  return new Evidence({ fromMs: stored.fromMs, versions: VERSIONS, stored });
}

/** Users from `first` on, of which the first `bad` get something else. */
function arm(version: number, users: number, first: number, bad = 0, served: Partial<EvidenceRecord> = {}) {
  return Array.from({ length: users }, (_, at) => record(first + at, version, at < bad ? served : {}));
}

function same(users: number): Evidence {
  return evidence([...arm(13, users, 0), ...arm(12, 3 * users, 10_000)]);
}

const BUILTIN = { as: "builtin", reason: "rule" } as const;

describe("a guard is", () => {
  test("undecided before both arms have shown anything, and with a handful of users", () => {
    expect(judge(GENERIC, evidence()).state).toBe("undecided");
    const few = evidence([...arm(13, 4, 0, 4, BUILTIN), ...arm(12, 500, 1000)]);
    expect(judge(GENERIC, few)).toMatchObject({ state: "undecided", estimate: undefined });
  });

  test("breached by a rule that gives everybody the generic page, within two dozen users", () => {
    const bad = evidence([...arm(13, 12, 0, 12, BUILTIN), ...arm(12, 36, 1000)]);
    const { state, estimate, figures } = judge(GENERIC, bad);
    expect(state).toBe("breached");
    expect(figures).toEqual({ current: 0, candidate: 1 });
    expect(estimate?.from).toBeGreaterThan(0.05);
  });

  test("held where both arms get the same, once there are enough of them", () => {
    expect(judge(GENERIC, same(50)).state).toBe("undecided");
    expect(judge(GENERIC, same(500)).state).toBe("holds");
  });

  test("not breached by what befalls both arms alike", () => {
    const both = evidence([...arm(13, 500, 0, 400, BUILTIN), ...arm(12, 1500, 10_000, 1200, BUILTIN)]);
    expect(judge(GENERIC, both).state).not.toBe("breached");
    expect(judge(WORSE, both).state).not.toBe("breached");
  });

  test("moved by users, and not by how often one of them comes", () => {
    const often = Array.from({ length: 5000 }, () => record(0, 13, BUILTIN));
    const one = evidence([...often, ...arm(13, 30, 1), ...arm(12, 90, 1000)]);
    expect(judge(GENERIC, one).state).toBe("undecided");
    const many = evidence([...arm(13, 30, 0, 30, BUILTIN), ...arm(12, 90, 1000)]);
    expect(judge(GENERIC, many).state).toBe("breached");
  });
});

describe("what counts", () => {
  test("is what was served in the stage, by either version, and decided by rules", () => {
    const made = new Evidence({ fromMs: 10 * MINUTE_MS, versions: VERSIONS });
    made.addRecords([
      record(1, 13, { minute: 9 }),
      record(2, 11, { minute: 10 }),
      record(3, 13, { minute: 10, reason: "suspect" }),
      record(4, 13, { minute: 10, reason: "holdout" }),
      record(5, 13, { minute: 10, as: "none", reason: "none" }),
      record(6, 13, { minute: 10, calls: 3, slow: 2 }),
      record(7, 12, { minute: 11 }),
    ]);
    expect([made.served.candidate.users, made.served.current.users]).toEqual([1, 1]);
    expect(made.served.candidate.sum(3)).toBeCloseTo(2 / 3);
    expect([made.latestMs("candidate"), made.latestMs("current")]).toEqual([11 * MINUTE_MS, 12 * MINUTE_MS]);
  });

  test.each([
    [
      { name: "origin errors", limit: 0.02 },
      { as: "cluster", reason: "deadline" },
    ],
    [
      { name: "origin errors", limit: 0.02 },
      { as: "tailored", reason: "origin-unreachable" },
    ],
    [{ name: "p99", limit: 300 }, { slow: 1 }],
    [WORSE, { as: "tailored", reason: "over-threshold" }],
    [WORSE, { as: "cluster", reason: "rule" }],
    [WORSE, { as: "parent", reason: "over-threshold" }],
    [GENERIC, { as: "generic", reason: "rule" }],
  ] as const)("for %o: %o", (guard, served) => {
    const bad = evidence([...arm(13, 100, 0, 60, served), ...arm(12, 300, 1000)]);
    expect(judge(guard, bad).state).toBe("breached");
    // The same, the other way round: the candidate is the better one.
    const good = evidence([...arm(13, 2000, 0), ...arm(12, 2000, 10_000, 1200, served)]);
    expect(judge(guard, good).state).toBe("holds");
  });
});

function playsOf(candidate: number, current: number, users = 400) {
  const made = evidence();
  const random = seededRandom(7);
  for (const [version, rate, first] of [
    ["candidate", candidate, 0],
    ["current", current, 10_000],
  ] as const) {
    for (let user = first; user < first + users; user += 1) {
      const types = Array.from({ length: 20 }, () =>
        random() < rate ? (["impression", "play"] as const) : (["impression"] as const),
      );
      made.addEvents(version, hashOf(user), types.flat());
    }
  }
  return judge(PLAYS, made);
}

describe("plays per impression", () => {
  test("are held, breached, or undecided against a part of the current version's", () => {
    expect(playsOf(0.1, 0.1, 6000).state).toBe("holds");
    expect(playsOf(0.05, 0.1).state).toBe("breached");
    expect(playsOf(0.09, 0.1).state).toBe("undecided");
    expect(playsOf(0.1, 0.1, 20).state).toBe("undecided");
  });
});

test("who looks after every report is wrong no more often than the level says", () => {
  const random = seededRandom(11);
  let wrong = 0;
  const runs = 300;
  for (let run = 0; run < runs; run += 1) {
    const made = evidence();
    // Some users come often, and those who get generic pages get them always: what a naive test falls for.
    for (let report = 0; report < 60 && made.served.candidate.users < 400; report += 1) {
      const records = Array.from({ length: 40 }, () => {
        const user = Math.floor(random() ** 3 * 1500);
        const isGeneric = (Math.imul(user + 7, 0x85ebca6b) >>> 0) / 2 ** 32 < 0.3;
        const isCandidate = (Math.imul(user * 31 + run * 977 + 3, 0xc2b2ae35) >>> 0) / 2 ** 32 < 0.25;
        return record(user, isCandidate ? 13 : 12, isGeneric ? BUILTIN : {});
      });
      made.addRecords(records);
      // The limit is 0: that the arms differ at all would breach it.
      const { state } = judge({ name: "generic share", limit: 0 }, made);
      if (state === "breached") {
        wrong += 1;
        break;
      }
    }
  }
  expect(wrong / runs).toBeLessThan(0.01);
});

describe("after a restart", () => {
  const some = [...arm(13, 60, 0, 9, BUILTIN), ...arm(12, 180, 1000, 20, BUILTIN)];

  test("a guard is judged as if there had been none, also as the same users come again", () => {
    const whole = evidence();
    let made = evidence();
    for (let at = 0; at < 6; at += 1) {
      const records = [...some, ...arm(13, 20, 300 + 10 * at, 2, BUILTIN), ...arm(12, 60, 2000 + 30 * at)];
      for (const one of [whole, made]) {
        one.addRecords(records);
        one.addEvents("candidate", hashOf(at), ["play", "impression"]);
      }
      made = restarted(made);
      for (const guard of [GENERIC, WORSE, PLAYS]) expect(judge(guard, made)).toEqual(judge(guard, whole));
    }
    expect(made.stored()).toEqual(whole.stored());
    expect(made.latestMs("candidate")).toBe(MINUTE_MS);
  });

  test("what another stage or another release has stored says nothing", () => {
    const stored = evidence(some).stored();
    const other = new Evidence({ fromMs: 10 * MINUTE_MS, versions: VERSIONS, stored });
    const later = new Evidence({ fromMs: 0, versions: VERSIONS, stored: { ...stored, form: "x" } });
    for (const made of [other, later])
      expect([made.served.current.users, made.latestMs("current")]).toEqual([0, 0]);
  });

  test("of very many users a part is stored, and it is not mistaken for all of them", () => {
    const made = evidence(arm(12, 15_000, 0, 1500, BUILTIN));
    const after = restarted(made);
    const { users } = after.served.current;
    expect(users).toBeGreaterThan(1500);
    expect(users).toBeLessThan(2500);
    expect(after.served.current.ratio(1, false)?.value).toBeCloseTo(0.1, 1);
    // Whoever was left out is left out as they come again.
    after.addRecords(arm(12, 15_000, 0));
    expect(after.served.current.users).toBe(users);
    expect(JSON.stringify(made.stored()).length).toBeLessThan(200_000);
  });
});

test("of very many users a part is kept, and what it says stays true", () => {
  const sums = new UserSums(2, "request", 1000);
  const random = seededRandom(3);
  for (let user = 0; user < 50_000; user += 1) sums.add(`u${user}`, random(), [2, random() < 0.1 ? 2 : 0]);
  expect(sums.users).toBeLessThanOrEqual(1000);
  expect(sums.users).toBeGreaterThan(300);
  const ratio = sums.ratio(1, false);
  expect(Math.abs((ratio?.value ?? 0) - 0.1)).toBeLessThan(4 * Math.sqrt(ratio?.variance ?? 0));
  // Of n users with a share p of ones: p (1 − p) / n.
  expect((ratio?.variance ?? 0) / ((0.1 * 0.9) / sums.users)).toBeCloseTo(1, 0);
});
