/** Words in lines of a template literal, as the generated modules hold them. */

const LINE_LENGTH = 108;

export function wrapWords(words: readonly string[]): string {
  const wrapped: string[] = [];
  let line = "";
  for (const word of words) {
    if (line.length + word.length >= LINE_LENGTH) {
      wrapped.push(line);
      line = "";
    }
    line += line === "" ? word : ` ${word}`;
  }
  return [...wrapped, line].join("\n");
}

/** `listed` holds hosts; a host stands for its subdomains, and the nearest parent decides. */
export function inheritedFrom<Kind>(listed: ReadonlyMap<string, Kind>, host: string): Kind | undefined {
  for (let at = host.indexOf("."); at !== -1; at = host.indexOf(".", at + 1)) {
    const kind = listed.get(host.slice(at + 1));
    if (kind !== undefined) return kind;
  }
  return undefined;
}
