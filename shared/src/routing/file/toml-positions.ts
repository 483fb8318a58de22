/** The places of all keys and values of a TOML file that is valid. */
import { parseTOML, type AST } from "toml-eslint-parser";
import { keyOfPath, type FileSpan, type Path, type Place, type Positions } from "./positions.ts";

/** Empty where the parser of places does not read what the parser of values has read. */
export function tomlPositions(text: string): Positions {
  const places = new Map<string, Place>();
  try {
    // A byte order mark is a blank to the parser of values, and an error to this one.
    for (const node of parseTOML(text.replace(/^\ufeff/, " ")).body[0].body) {
      if (node.type === "TOMLKeyValue") placePair(places, [], node);
      else placeTable(places, node);
    }
  } catch {
    return new Map();
  }
  return places;
}

function placeTable(places: Map<string, Place>, { key, resolvedKey, body }: AST.TOMLTable): void {
  const span = spanOf(key);
  // `[[rules.tests]]` names rules, too.
  for (let length = 1; length < resolvedKey.length; length += 1) {
    const path = resolvedKey.slice(0, length);
    if (!places.has(keyOfPath(path))) put(places, path, { key: span, value: span });
  }
  // A table is named by its header alone: its keys may stand far below.
  put(places, resolvedKey, { key: span, value: span });
  for (const pair of body) placePair(places, resolvedKey, pair);
}

function placePair(places: Map<string, Place>, table: Path, { key, value }: AST.TOMLKeyValue): void {
  const names = key.keys.map((one) => (one.type === "TOMLBare" ? one.name : one.value));
  // `when.team = "ESP"` names a table, too.
  key.keys.slice(0, -1).forEach((one, at) => {
    const path = [...table, ...names.slice(0, at + 1)];
    if (!places.has(keyOfPath(path))) put(places, path, { key: spanOf(one), value: spanOf(one) });
  });
  const last = key.keys.at(-1) ?? key;
  placeValue(places, [...table, ...names], spanOf(last), value);
}

function placeValue(places: Map<string, Place>, path: Path, key: FileSpan, value: AST.TOMLContentNode): void {
  put(places, path, { key, value: spanOf(value) });
  if (value.type === "TOMLInlineTable") {
    for (const pair of value.body) placePair(places, path, pair);
  }
  if (value.type === "TOMLArray") {
    value.elements.forEach((element, at) => placeValue(places, [...path, at], spanOf(element), element));
  }
}

function put(places: Map<string, Place>, path: Path, place: Place): void {
  places.set(keyOfPath(path), place);
}

function spanOf({ range }: { readonly range: readonly [number, number] }): FileSpan {
  return { start: range[0], end: range[1] };
}
