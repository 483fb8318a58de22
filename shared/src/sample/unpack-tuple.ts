/** Reads what packed-tuple.ts has written, as strictly as a file's tuples are read. */
import type { DecisionTuple } from "./decision-tuple.ts";
import { checkTuple, MAX_RULE_CHARACTERS } from "./decision-tuple.ts";
import { HOLDOUT, KNOWN, type TupleOwner } from "./packed-tuple.ts";

const OWNER = /^([0-9a-f]{16})([0-9a-f]{16})? /;

export type OwnedTuple = { readonly owner: TupleOwner; readonly tuple: DecisionTuple };

/** Undefined for what is no tuple. Never throws. */
export function unpackTuple(packed: string, weight: number): OwnedTuple | undefined {
  const [all = "", user, network = ""] = OWNER.exec(packed) ?? [];
  const values = user === undefined ? undefined : arrayOf(packed.slice(all.length));
  if (user === undefined || values === undefined) return undefined;
  const [minute, context, as, reason, cluster, rule, band, version, flags, country, ...told] = values;
  const [team, entry, campaign, event, affinity, recency, depth, device, region, texts] = told;
  const isFlagged = (flag: number): boolean => typeof flags === "number" && (flags & flag) !== 0;
  const checked = checkTuple({
    minute,
    context,
    signals: {
      team,
      entry,
      campaign,
      event,
      affinity,
      recency,
      depth,
      device,
      region,
      ...(texts === undefined ? {} : { texts }),
    },
    country: country === "" ? undefined : country,
    band,
    as,
    reason,
    cluster: cluster === "" ? undefined : cluster,
    rule: rule === "" ? undefined : rule,
    version,
    holdout: isFlagged(HOLDOUT),
    known: isFlagged(KNOWN),
    weight,
  });
  return checked.ok ? { owner: { user, network }, tuple: checked.value } : undefined;
}

function arrayOf(text: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Which rule decided, and when; undefined where none did, and for what is no tuple. It looks at nothing else,
 * so that counting costs a part of reading. Never throws.
 */
export function ruleOfTuple(
  packed: string,
): { readonly minute: number; readonly version: number; readonly rule: string } | undefined {
  const values = arrayOf(packed.slice(packed.indexOf(" ") + 1)) ?? [];
  const [minute, rule, version] = [values[0], values[5], values[7]];
  if (typeof rule !== "string" || rule === "" || rule.length > MAX_RULE_CHARACTERS) return undefined;
  if (!isCount(minute) || !isCount(version)) return undefined;
  return { minute, version, rule };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
