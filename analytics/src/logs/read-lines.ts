/** Bytes → lines of text, each with its number; of a line that is too long nothing is kept. */

/** Servers cap a request's line and headers far below this. */
export const MAX_LINE_CHARACTERS = 1024 * 1024;

export type LineTaker = {
  readonly line: (text: string, number: number) => void;
  readonly tooLong: (number: number) => void;
  /** What stands after the last line break. */
  readonly last: (text: string, number: number) => void;
};

/** Bytes that are not UTF-8 become U+FFFD: agents and URLs hold what clients like. */
export async function readLines(bytes: AsyncIterable<Uint8Array>, taker: LineTaker): Promise<void> {
  const decoder = new TextDecoder();
  let number = 0;
  let rest = "";
  let isTooLong = false;
  for await (const chunk of bytes) {
    const text = rest + decoder.decode(chunk, { stream: true });
    let from = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", from)) {
      number += 1;
      if (isTooLong) taker.tooLong(number);
      else taker.line(plainLine(text, from, end), number);
      isTooLong = false;
      from = end + 1;
    }
    rest = isTooLong ? "" : text.slice(from);
    if (rest.length > MAX_LINE_CHARACTERS) {
      // A file that was emptied while a server wrote to it begins with zeros, up to gigabytes of them.
      isTooLong = rest.replaceAll("\0", "") !== "";
      rest = "";
    }
  }
  rest += decoder.decode();
  if (isTooLong) taker.tooLong(number + 1);
  else if (plainLine(rest, 0, rest.length).trim() !== "")
    taker.last(plainLine(rest, 0, rest.length), number + 1);
}

function plainLine(text: string, start: number, stop: number): string {
  let [from, to] = [start, stop];
  while (from < to && text.charCodeAt(from) === 0) from += 1;
  if (text.charCodeAt(from) === 0xfeff) from += 1;
  if (to > from && text.charCodeAt(to - 1) === 0x0d) to -= 1;
  return text.slice(from, to);
}
