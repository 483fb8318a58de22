/** The places of all keys and values of a JSON file, or the first place that is no JSON (RFC 8259). */
import { keyOfPath, type FileSpan, type Path, type Place, type Positions } from "./positions.ts";

export type PlacedJson =
  | { readonly ok: true; readonly positions: Positions }
  /** `at` is an offset. */
  | { readonly ok: false; readonly at: number; readonly reason: string };

const SPACE = /[ \t\r\n]*/y;
const TEXT = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/y;
const PLAIN = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y;

/** A file of routing is 6 deep. */
const MAX_DEPTH = 32;

class Fault extends Error {
  readonly at: number;

  constructor(at: number, reason: string) {
    super(reason);
    this.at = at;
  }
}

export function jsonPositions(text: string): PlacedJson {
  const places = new Map<string, Place>();
  try {
    const end = new Placer(text, places).value([], undefined, 0);
    if (end < text.length) return { ok: false, at: end, reason: "nothing may follow the whole" };
    return { ok: true, positions: places };
  } catch (error) {
    if (error instanceof Fault) return { ok: false, at: error.at, reason: error.message };
    throw error;
  }
}

/** Each method returns the offset behind what it has read, and behind the blanks that follow. */
class Placer {
  readonly #text: string;
  readonly #places: Map<string, Place>;

  constructor(text: string, places: Map<string, Place>) {
    this.#text = text;
    this.#places = places;
  }

  value(path: Path, key: FileSpan | undefined, at: number): number {
    const start = this.#behind(SPACE, at);
    const open = this.#text[start];
    if (path.length > MAX_DEPTH) throw new Fault(start, `is nested more than ${MAX_DEPTH} deep`);
    let end: number;
    if (open === "{") end = this.#members(path, start + 1);
    else if (open === "[") end = this.#elements(path, start + 1);
    else end = this.#scalar(start);
    const span = { start, end };
    this.#places.set(keyOfPath(path), { key: key ?? span, value: span });
    return this.#behind(SPACE, end);
  }

  #members(path: Path, start: number): number {
    let at = this.#behind(SPACE, start);
    if (this.#text[at] === "}") return at + 1;
    for (;;) {
      const end = this.#behind(TEXT, at);
      if (end === at) throw new Fault(at, "a key in double quotes is missing");
      const name = String(JSON.parse(this.#text.slice(at, end)));
      const colon = this.#behind(SPACE, end);
      if (this.#text[colon] !== ":") throw new Fault(colon, 'a ":" is missing');
      at = this.value([...path, name], { start: at, end }, colon + 1);
      if (this.#text[at] === "}") return at + 1;
      at = this.#comma(at, "}");
    }
  }

  #elements(path: Path, start: number): number {
    let at = this.#behind(SPACE, start);
    if (this.#text[at] === "]") return at + 1;
    for (let index = 0; ; index += 1) {
      at = this.value([...path, index], undefined, at);
      if (this.#text[at] === "]") return at + 1;
      at = this.#comma(at, "]");
    }
  }

  #comma(at: number, close: string): number {
    if (this.#text[at] !== ",") throw new Fault(at, `a "," or "${close}" is missing`);
    return this.#behind(SPACE, at + 1);
  }

  #scalar(start: number): number {
    const isText = this.#text[start] === '"';
    const end = this.#behind(isText ? TEXT : PLAIN, start);
    if (end === start)
      throw new Fault(start, isText ? "the text does not end, or has a wrong escape" : "a value is missing");
    return end;
  }

  #behind(pattern: RegExp, at: number): number {
    pattern.lastIndex = at;
    return at + (pattern.exec(this.#text)?.[0].length ?? 0);
  }
}
