/** All that is wrong with what somebody gives as pins: at once, and with the names that were meant. */
import { pinsSchema, type Pin } from "@spillway/shared/protocol/editorial.ts";
import { PAGE_CONTEXTS } from "@spillway/shared/protocol/wire.ts";
import { toIssues, type Issue } from "@spillway/shared/protocol/zod-issues.ts";
import { hintAt } from "@spillway/shared/routing/nearest-name.ts";
import { SIGNAL_NAMES } from "@spillway/shared/signals/signals.ts";
import { itemById } from "@spillway/store/catalogue/items.ts";
import type { Database } from "@spillway/store/database.ts";
import type * as z from "zod/mini";

const { element: pinForm } = pinsSchema.shape.pins.def;
/** More than a set may have. */
const MOST_CHECKED = 200;
/** A distance to so many ids takes some milliseconds of the serving thread. */
const MOST_HINTS = 3;
const MOST_CANDIDATES = 2000;
const BEGINS_ALIKE = "SELECT id FROM items WHERE id >= ? AND id < ? LIMIT ?";

/** A pin whose own form is right, and its place in the set. */
type Placed = { readonly at: number; readonly pin: Pin };

/**
 * `value` is a document with a list `pins`, and `error` what its schema says of it, if anything. A pin of the
 * right form is checked further also where another one's is wrong.
 */
export function pinIssues(database: Database, value: unknown, error: z.core.$ZodError | undefined): Issue[] {
  const pins = wellFormed(value);
  const ofForm = error === undefined ? [] : [...formIssues(error), ...unsoundBeside(pins)];
  const issues = [...ofForm, ...unknownNames(database, pins)];
  const different = new Map(issues.map((issue) => [`${issue.key} ${issue.reason}`, issue]));
  return [...different.values()].toSorted((one, other) => placeOf(one) - placeOf(other));
}

function wellFormed(value: unknown): Placed[] {
  const pins: unknown = typeof value === "object" && value !== null && "pins" in value ? value.pins : [];
  if (!Array.isArray(pins)) return [];
  return pins.slice(0, MOST_CHECKED).flatMap((pin: unknown, at): Placed[] => {
    const parsed = pinForm.safeParse(pin);
    return parsed.success ? [{ at, pin: parsed.data }] : [];
  });
}

/** A field that there is not is named with the one that was meant. */
function formIssues(error: z.core.$ZodError): Issue[] {
  return error.issues.flatMap((issue, at): Issue[] => {
    const [own] = toIssues(error).slice(at, at + 1);
    if (own === undefined) return [];
    if (issue.code !== "unrecognized_keys") return [own];
    const isCondition = ["when", "as"].includes(String(issue.path.at(-1)));
    const [what, names] = isCondition
      ? (["signal", SIGNAL_NAMES] as const)
      : (["field", issue.path[0] === "pins" ? Object.keys(pinForm.shape) : []] as const);
    return issue.keys.map((name) => ({
      key: own.key,
      reason: `there is no ${what} "${name}"${hintAt(name, names)}`,
    }));
  });
}

/** The schema may say nothing of ids and times where a pin's form is wrong: then those of the others are told. */
function unsoundBeside(pins: readonly Placed[]): Issue[] {
  const parsed = pinsSchema.safeParse({ pins: pins.map(({ pin }) => pin) });
  if (parsed.success) return [];
  return toIssues(parsed.error).map(({ key, reason }) => ({
    key: key.replace(/^pins\[(\d+)\]/, (_, at: string) => `pins[${pins[Number(at)]?.at ?? at}]`),
    reason,
  }));
}

function unknownNames(database: Database, pins: readonly Placed[]): Issue[] {
  let hints = 0;
  const hintOf = (id: string): string => {
    hints += 1;
    if (hints > MOST_HINTS) return "";
    const beginning = id.slice(0, 3);
    const alike = database.sqlite.prepare<[string, string, number], string>(BEGINS_ALIKE).pluck();
    return hintAt(id, alike.all(beginning, `${beginning}\u{10FFFF}`, MOST_CANDIDATES));
  };
  return pins.flatMap(({ at, pin }) => [
    ...pin.contexts.flatMap((context, position) =>
      PAGE_CONTEXTS.some((known) => known === context)
        ? []
        : [
            {
              key: `pins[${at}].contexts[${position}]`,
              reason: `must be of ${PAGE_CONTEXTS.join(", ")}${hintAt(context, PAGE_CONTEXTS)}`,
            },
          ],
    ),
    ...pin.items.flatMap((id, position) =>
      itemById(database, id) === undefined
        ? [
            {
              key: `pins[${at}].items[${position}]`,
              reason: `no item ${JSON.stringify(id)} in the catalogue${hintOf(id)}`,
            },
          ]
        : [],
    ),
  ]);
}

/** That of the pin; what is of no pin comes first. */
function placeOf({ key }: Issue): number {
  return Number(/^pins\[(\d+)\]/.exec(key)?.[1] ?? -1);
}
