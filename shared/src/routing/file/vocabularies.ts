/** What a field of a condition may be compared with: closed vocabularies, and forms where there is none. */
import { readTerritory, notATerritory } from "../../protocol/territories.ts";
import { NONE, type SignalName } from "../../signals/signals.ts";
import { conditionSchema, prefixesOf, valuesOf, VOCABULARIES } from "../condition.ts";
import { hintAt } from "../nearest-name.ts";
import type { ConditionField } from "../rules/condition-tree.ts";

/** What the file and the index say; the other vocabularies never change. */
export type OpenVocabularies = {
  readonly bands: readonly string[];
  readonly contexts: readonly string[];
};

/** The values that a text stands for, or why it stands for none. */
export type Resolved =
  | { readonly ok: true; readonly values: readonly string[] }
  | { readonly ok: false; readonly reason: string };

export function resolveValue(field: ConditionField, text: string, open: OpenVocabularies): Resolved {
  const known = vocabularyOf(field, open);
  if (known !== undefined) {
    const value = field === "band" ? text : text.toLowerCase();
    return known.includes(value) ? found([value]) : notOf(known, `"${text}" is no ${nounOf(field)}`, value);
  }
  if (text.toLowerCase() === NONE) return found([NONE]);
  if (field === "country" || field === "region") {
    const code = readTerritory(text);
    return code === undefined ? { ok: false, reason: notATerritory(text) } : found([code]);
  }
  const fault = faultIn(field as SignalName, text, TEAM);
  return fault === undefined ? found(valuesOf(field as SignalName, text)) : { ok: false, reason: fault };
}

/** The beginnings that a text stands for; of a closed vocabulary, the values that begin with it. */
export function resolveStart(
  field: ConditionField,
  text: string,
  open: OpenVocabularies,
): Resolved & { readonly isWhole?: boolean } {
  if (text === "") {
    return { ok: false, reason: `every text begins with "": for all but none, write ${field} != "none"` };
  }
  const known = vocabularyOf(field, open);
  if (known !== undefined) {
    const start = field === "band" ? text : text.toLowerCase();
    const values = known.filter((value) => value !== NONE && value.startsWith(start));
    return values.length > 0
      ? { ...found(values), isWhole: true }
      : notOf(known, `no ${nounOf(field)} begins with "${text}"`, start);
  }
  if (field === "country" || field === "region") {
    return /^[A-Za-z]{1,2}$/.test(text)
      ? found([text.toUpperCase()])
      : { ok: false, reason: "a country has two letters" };
  }
  const fault = faultIn(field as SignalName, text, TEAM_START);
  return fault === undefined ? found(prefixesOf(field as SignalName, text)) : { ok: false, reason: fault };
}

function found(values: readonly string[]): Resolved {
  return { ok: true, values };
}

function vocabularyOf(
  field: ConditionField,
  { bands, contexts }: OpenVocabularies,
): readonly string[] | undefined {
  if (field === "band") return bands;
  if (field === "context") return contexts;
  return VOCABULARIES[field as SignalName];
}

function nounOf(field: ConditionField): string {
  return field === "band" || field === "context" ? field : `value of ${field}`;
}

function notOf(known: readonly string[], fault: string, text: string): Resolved {
  return { ok: false, reason: `${fault}${hintAt(text, known)} (there are ${known.join(", ")})` };
}

const TEAM = /^[A-Za-z0-9]{2,8}$/;
const TEAM_START = /^[A-Za-z0-9]{1,8}$/;

/** What is wrong with a text for a signal of no closed vocabulary, as a value or a beginning of one. */
function faultIn(signal: SignalName, text: string, team: RegExp): string | undefined {
  if (text.includes("*"))
    return `"*" stands for itself here: for a beginning, write ${signal}.startsWith("…")`;
  if (signal === "team" && !team.test(text)) {
    return `"${text}" is no team: a code has 2–8 letters and digits`;
  }
  if (conditionSchema.safeParse({ [signal]: text }).success) return undefined;
  return `${JSON.stringify(text)} is no value that ${signal} can have`;
}
