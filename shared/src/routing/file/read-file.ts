/** Reads the text of the operator's routing, TOML or JSON: its values, their places, and what is wrong. */
import { jsonPositions } from "./json-positions.ts";
import { placeAt, type Path, type Place, type Positions } from "./positions.ts";
import { linePlaceOf, keyOfPath, spanWithin, type FileSpan, type LinePlace } from "./positions.ts";
import { readToml, type SyntaxIssue } from "./read-toml.ts";
import { tomlPositions } from "./toml-positions.ts";
import type { Issue } from "../../protocol/zod-issues.ts";

export type Format = "toml" | "json";

/** An error of a file, with its place where it has one. */
export type RoutingIssue = Issue & Partial<LinePlace>;

export class RoutingText {
  readonly format: Format;
  readonly value: unknown;
  /** What cannot be read. Then parts of `value` are missing. */
  readonly syntaxIssues: readonly RoutingIssue[];
  readonly #text: string;
  readonly #positions: Positions;

  constructor(text: string, format: Format) {
    this.#text = text;
    this.format = format;
    const read = format === "toml" ? readPlacedToml(text) : readPlacedJson(text);
    this.value = read.value;
    this.#positions = read.positions;
    this.syntaxIssues = read.issues.map(({ span, reason }) => ({
      key: "",
      reason,
      ...linePlaceOf(text, span),
    }));
  }

  atValue(path: Path, reason: string): RoutingIssue {
    return this.#issue(path, reason, placeAt(this.#positions, path)?.value);
  }

  atKey(path: Path, reason: string): RoutingIssue {
    return this.#issue(path, reason, placeAt(this.#positions, path)?.key);
  }

  /** At a part of a text, given by offsets in the text as it is read. */
  atPart(path: Path, read: string, part: FileSpan, reason: string): RoutingIssue {
    const place: Place | undefined = this.#positions.get(keyOfPath(path));
    if (place === undefined) return this.atValue(path, reason);
    const { start, end } = place.value;
    return this.#issue(
      path,
      reason,
      spanWithin(this.#text.slice(start, end), start, read, part) ?? place.value,
    );
  }

  #issue(path: Path, reason: string, span: FileSpan | undefined): RoutingIssue {
    const key = keyOfPath(path);
    // What has no place of its own is the whole file's.
    return { key, reason, ...linePlaceOf(this.#text, span ?? { start: 0, end: 1 }) };
  }
}

type Placed = {
  readonly value: unknown;
  readonly positions: Positions;
  readonly issues: readonly SyntaxIssue[];
};

function readPlacedToml(text: string): Placed {
  const read = readToml(text);
  return { value: read.value, issues: read.issues, positions: tomlPositions(read.text) };
}

function readPlacedJson(text: string): Placed {
  const placed = jsonPositions(text);
  if (placed.ok) return { value: JSON.parse(text), positions: placed.positions, issues: [] };
  const { at, reason } = placed;
  return { value: {}, positions: new Map(), issues: [{ span: { start: at, end: at + 1 }, reason }] };
}
