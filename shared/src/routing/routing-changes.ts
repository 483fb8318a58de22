/** What is different between two routings, key by key. Pure. */
import type { Issue } from "../protocol/zod-issues.ts";
import type { Routing } from "./routing.ts";

/** What a stage of a rollout changes for its visitors; all else changes for everybody at the end. */
const STAGED_KEYS: ReadonlySet<string> = new Set(["rules", "allow_unknown", "deadline_ms"]);

/** The first level of keys, and bands and rules one by one; the reason is such as `200 is now 0`. */
export function routingChanges(before: Routing, after: Routing): readonly Issue[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name) => {
    const [old, now] = [valueOf(before, name), valueOf(after, name)];
    if (!Array.isArray(old) || !Array.isArray(now)) return change(name, old, now);
    return Array.from({ length: Math.max(old.length, now.length) }, (_, at) =>
      change(`${name}[${at}]`, old[at], now[at]),
    ).flat();
  });
}

/** The keys that differ, by whether a stage of a rollout changes them or only its end does. */
export function stagedChanges(
  before: Routing,
  after: Routing,
): { readonly staged: readonly string[]; readonly atTheEnd: readonly string[] } {
  const names = Object.keys({ ...before, ...after });
  const differing = names.filter((name) => !areEqual(valueOf(before, name), valueOf(after, name)));
  return {
    staged: differing.filter((name) => STAGED_KEYS.has(name)),
    atTheEnd: differing.filter((name) => !STAGED_KEYS.has(name)),
  };
}

function change(key: string, old: unknown, now: unknown): readonly Issue[] {
  if (areEqual(old, now)) return [];
  if (isTable(old) && isTable(now)) {
    return Object.keys({ ...old, ...now }).flatMap((name) => change(`${key}.${name}`, old[name], now[name]));
  }
  if (old === undefined) return [{ key, reason: `is new: ${JSON.stringify(now)}` }];
  if (now === undefined) return [{ key, reason: `is gone, and was ${JSON.stringify(old)}` }];
  return [{ key, reason: `was ${JSON.stringify(old)}, and is now ${JSON.stringify(now)}` }];
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function valueOf(routing: Routing, name: string): unknown {
  return (routing as Readonly<Record<string, unknown>>)[name];
}

function areEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
