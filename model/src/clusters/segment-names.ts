/**
 * Names of taste segments, such as `crime_12`: the group's name says what its users watch more than others
 * do, and a number tells its segments apart. Pure.
 */
import { NONE, SEGMENT_SEPARATOR } from "@spillway/shared/signals/signals.ts";
import { tasteGroupName } from "@spillway/shared/signals/taste-name.ts";
import type { Histories } from "../profile/histories.ts";

/** What an item is about, by row: its genres, or its kind, as signal values in lower case. */
export type LabelsOf = (row: number) => readonly string[];

/** A sample of users, divided into segments, and these into groups. */
export type Division = {
  readonly groupStarts: Uint32Array;
  /** The segment of each user of the sample. */
  readonly assigned: Uint32Array;
};

const NO_LABEL = "taste";

/**
 * One name for each segment. `before`: the same users as the last cycle's segments divide them; a name lives
 * on where most of its users stay together.
 */
export function nameSegments(
  division: Division,
  histories: Histories,
  users: Uint32Array,
  labelsOf: LabelsOf,
  before?: Division & { readonly names: readonly string[] },
): string[] {
  const groups = division.groupStarts.length - 1;
  const groupOf = groupsOf(division);
  const taken = new Set<string>();
  const groupNames: (string | undefined)[] = Array.from({ length: groups });
  if (before !== undefined) {
    const oldGroupOf = groupsOf(before);
    const oldNames = Array.from({ length: before.groupStarts.length - 1 }, (_, group) =>
      groupPart(before.names[before.groupStarts[group] ?? 0] ?? NO_LABEL),
    );
    const inherited = matched(
      groups,
      division.assigned.map((segment) => groupOf[segment] ?? 0),
      before.assigned.map((segment) => oldGroupOf[segment] ?? 0),
    );
    inherited.forEach((old, group) => {
      const name = old === undefined ? undefined : oldNames[old];
      if (name === undefined || taken.has(name)) return;
      groupNames[group] = name;
      taken.add(name);
    });
    for (const name of oldNames) taken.add(name);
  }
  const labels = groupLabels(division, groupOf, histories, users, labelsOf);
  const named = groupNames.map((name, group) => {
    const own = name ?? free(labels[group] ?? NO_LABEL, taken);
    taken.add(own);
    return own;
  });
  return numbered(division, groupOf, named, before);
}

/**
 * The names with their numbers. A segment keeps the old number where most of an old segment's users are in it
 * now; else it gets the next number that the group has never used.
 */
function numbered(
  { groupStarts, assigned }: Division,
  groupOf: Uint32Array,
  groupNames: readonly string[],
  before: (Division & { readonly names: readonly string[] }) | undefined,
): string[] {
  const count = groupStarts.at(-1) ?? 0;
  const inherited = before === undefined ? [] : matched(count, assigned, before.assigned);
  const last = new Map<string, number>();
  for (const name of before?.names ?? []) {
    const group = groupPart(name);
    last.set(group, Math.max(last.get(group) ?? 0, Number(name.slice(group.length + 1))));
  }
  return Array.from({ length: count }, (_, segment) => {
    const group = groupNames[groupOf[segment] ?? 0] ?? NO_LABEL;
    const old = inherited[segment];
    const oldName = old === undefined ? undefined : before?.names[old];
    if (oldName !== undefined && groupPart(oldName) === group) return oldName;
    const number = (last.get(group) ?? 0) + 1;
    last.set(group, number);
    return `${group}${SEGMENT_SEPARATOR}${number}`;
  });
}

/**
 * For each new part the old one that shares most users with it, each old part once. Undefined where less than
 * half of the old part's users came along.
 */
function matched(count: number, now: Uint32Array, old: Uint32Array): (number | undefined)[] {
  const sizes = new Map<number, number>();
  const shared = new Map<string, { part: number; was: number; users: number }>();
  now.forEach((part, at) => {
    const was = old[at] ?? 0;
    sizes.set(was, (sizes.get(was) ?? 0) + 1);
    const key = `${part}:${was}`;
    const known = shared.get(key);
    if (known === undefined) shared.set(key, { part, was, users: 1 });
    else known.users += 1;
  });
  const heirs: (number | undefined)[] = Array.from({ length: count });
  const gone = new Set<number>();
  const pairs = [...shared.values()].toSorted(
    (a, b) => b.users - a.users || a.part - b.part || a.was - b.was,
  );
  for (const { part, was, users } of pairs) {
    if (heirs[part] !== undefined || gone.has(was) || 2 * users < (sizes.get(was) ?? 0)) continue;
    heirs[part] = was;
    gone.add(was);
  }
  return heirs;
}

/**
 * For each group the label with the highest (share in its histories) ÷ √(share in everybody's): a compromise
 * between what its users watch most and what they watch more than others.
 */
function groupLabels(
  { assigned, groupStarts }: Division,
  groupOf: Uint32Array,
  { starts, rows, values }: Histories,
  users: Uint32Array,
  labelsOf: LabelsOf,
): string[] {
  const all = new Map<string, number>();
  const perGroup = Array.from({ length: groupStarts.length - 1 }, () => new Map<string, number>());
  users.forEach((user, at) => {
    const own = perGroup[groupOf[assigned[at] ?? 0] ?? 0];
    for (let entry = starts[user] ?? 0; entry < (starts[user + 1] ?? 0); entry += 1) {
      const labels = labelsOf(rows[entry] ?? 0);
      for (const label of labels) {
        const weight = (values[entry] ?? 0) / labels.length;
        own?.set(label, (own.get(label) ?? 0) + weight);
        all.set(label, (all.get(label) ?? 0) + weight);
      }
    }
  });
  return perGroup.map((own) => {
    let best = NO_LABEL;
    let bestScore = 0;
    for (const [label, weight] of own) {
      const score = weight / Math.sqrt(all.get(label) ?? 1);
      if (score > bestScore || (score === bestScore && label < best)) {
        best = label;
        bestScore = score;
      }
    }
    const name = tasteGroupName(best);
    return name === NONE ? NO_LABEL : name;
  });
}

function groupsOf({ groupStarts }: Division): Uint32Array {
  const groups = new Uint32Array(groupStarts.at(-1) ?? 0);
  for (let group = 0; group + 1 < groupStarts.length; group += 1)
    groups.fill(group, groupStarts[group], groupStarts[group + 1]);
  return groups;
}

function groupPart(name: string): string {
  return name.slice(0, name.lastIndexOf(SEGMENT_SEPARATOR));
}

function free(label: string, taken: ReadonlySet<string>): string {
  if (!taken.has(label)) return label;
  let number = 2;
  while (taken.has(`${label}-${number}`)) number += 1;
  return `${label}-${number}`;
}
