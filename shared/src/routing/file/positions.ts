/** Where a file says what: the places of keys and values by their paths. */

export type Path = readonly PropertyKey[];

/** Offsets in the file, in UTF-16 units; `end` is exclusive. */
export type FileSpan = { readonly start: number; readonly end: number };

export type Place = {
  /** What names the value: its key, or the header of its table. */
  readonly key: FileSpan;
  readonly value: FileSpan;
};

export type Positions = ReadonlyMap<string, Place>;

/** `rules[2].when.entry`; empty for the whole file. */
export function keyOfPath(path: Path): string {
  return path.reduce<string>((key, part) => {
    if (typeof part === "number") return `${key}[${part}]`;
    return key === "" ? String(part) : `${key}.${String(part)}`;
  }, "");
}

/** The place of a value, or of the nearest table around it that the file writes. */
export function placeAt(positions: Positions, path: Path): Place | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const place = positions.get(keyOfPath(path.slice(0, length)));
    if (place !== undefined) return place;
  }
  return undefined;
}

export type LinePlace = {
  /** Both count from 1; a column is a UTF-16 unit, as in editors. */
  readonly line: number;
  readonly column: number;
  /** At least 1, and never beyond the end of the line. */
  readonly length: number;
};

export function linePlaceOf(text: string, { start, end }: FileSpan): LinePlace {
  const before = start === 0 ? 0 : text.lastIndexOf("\n", start - 1) + 1;
  const after = text.indexOf("\n", start);
  const lineEnd = after < 0 ? text.length : after;
  let line = 1;
  for (let at = text.indexOf("\n"); at >= 0 && at < start; at = text.indexOf("\n", at + 1)) line += 1;
  return { line, column: start - before + 1, length: Math.max(1, Math.min(end, lineEnd) - start) };
}

/**
 * The span of a part of a text, from offsets in the text as it is read. `raw` is the text as the file writes
 * it, in its quotes, and begins at `start`. Undefined where escapes cannot be followed.
 */
export function spanWithin(raw: string, start: number, read: string, part: FileSpan): FileSpan | undefined {
  const offsets = offsetsOf(raw);
  if (offsets.length !== read.length + 1) return undefined;
  const [from, until] = [offsets[part.start], offsets[part.end]];
  return from === undefined || until === undefined ? undefined : { start: start + from, end: start + until };
}

/** For each UTF-16 unit of a quoted text as it is read, and for its end, the offset in the quoted text. */
function offsetsOf(raw: string): readonly number[] {
  const quote = /^("""|'''|"|')/.exec(raw)?.[1] ?? "";
  const end = raw.length - quote.length;
  let at = quote.length;
  // The first line break of a text in triple quotes does not count.
  if (quote.length === 3) at += /^\r?\n/.exec(raw.slice(at))?.[0].length ?? 0;
  const offsets: number[] = [];
  while (at < end) {
    const escape = quote.startsWith('"') && raw[at] === "\\" ? escapeAt(raw.slice(at, end)) : undefined;
    for (let unit = 0; unit < (escape?.units ?? 1); unit += 1) offsets.push(at);
    at += escape?.length ?? 1;
  }
  return [...offsets, at];
}

/** How long an escape of TOML or JSON is, and how many units it stands for. */
function escapeAt(text: string): { readonly length: number; readonly units: number } {
  const lineEnding = /^\\[ \t]*\r?\n\s*/.exec(text);
  if (lineEnding !== null) return { length: lineEnding[0].length, units: 0 };
  const [whole, long] = /^\\(?:u[\da-f]{4}|x[\da-f]{2}|U([\da-f]{8}))/i.exec(text) ?? [];
  if (whole === undefined) return { length: 2, units: 1 };
  const isPair = long !== undefined && Number.parseInt(long, 16) > 0xffff;
  return { length: whole.length, units: isPair ? 2 : 1 };
}
