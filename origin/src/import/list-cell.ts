/** Lists in a cell of text: separated by `|`, or as a list of JSON or Python. Pure. */

/** `['Drama', "Children's"]`, as Python prints a list of texts. */
const PYTHON_LIST = /^\[\s*(?:(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|None)\s*(?:,\s*|(?=\])))*\]$/;
const PYTHON_TEXT = /'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/g;

/** Returns the parts without blanks around them. Entries of JSON that are objects count by their `name`. */
export function readListCell(cell: string): string[] {
  const text = cell.trim();
  return (jsonList(text) ?? pythonList(text) ?? text.split("|"))
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

/**
 * `GB;IE` or `!US !CA`, separated by `;`, `|`, commas or blanks, or a list or an object of JSON. Undefined
 * for an empty cell: the item may be shown everywhere.
 */
export function readTerritoriesCell(cell: string): unknown {
  const text = cell.trim();
  if (text === "") return undefined;
  if (!/^[[{]/.test(text)) return text.split(/[;|,\s]+/).filter((part) => part !== "");
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // The schema refuses a text, and says what it takes.
    return pythonList(text) ?? text;
  }
}

/** The entries of a list as texts, without null; undefined where an entry has no text. */
export function textsOf(list: readonly unknown[]): string[] | undefined {
  const entries = list.filter((entry) => entry !== null).map(textOf);
  return entries.includes(undefined) ? undefined : (entries as string[]);
}

function jsonList(text: string): string[] | undefined {
  if (!text.startsWith("[") || !text.endsWith("]")) return undefined;
  try {
    return textsOf(JSON.parse(text) as unknown[]);
  } catch {
    return undefined;
  }
}

function textOf(entry: unknown): string | undefined {
  if (typeof entry === "string") return entry;
  if (typeof entry === "number") return String(entry);
  const name = typeof entry === "object" && entry !== null && "name" in entry ? entry.name : undefined;
  return typeof name === "string" ? name : undefined;
}

function pythonList(text: string): string[] | undefined {
  if (!PYTHON_LIST.test(text)) return undefined;
  return [...text.matchAll(PYTHON_TEXT)].map(([, single, double]) =>
    (single ?? double ?? "").replaceAll(/\\(.)/g, "$1"),
  );
}
