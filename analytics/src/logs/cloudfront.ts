/**
 * CloudFront's standard logs (W3C extended, with a `#Fields` header), its real-time logs (no header), and
 * other W3C logs with the same fields.
 *
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html and
 * real-time-logs.html beside it; https://www.w3.org/TR/WD-logfile.html.
 */
import { known } from "./line-fields.ts";
import { createMomentReader } from "./log-moment.ts";
import { badLine, statusOf, type LineParser } from "./log-request.ts";
import { clientAddress } from "./request-target.ts";

/** The order of the standard log's first fields, for files that lost their header. */
const STANDARD =
  "date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie)".split(
    " ",
  );
const LEAST_STANDARD = 20;
/** The order of all fields of a real-time log; newer ones have the server's address in the third place. */
const REAL_TIME =
  "timestamp c-ip time-to-first-byte sc-status sc-bytes cs-method cs-protocol cs-host cs-uri-stem cs-bytes x-edge-location x-edge-request-id x-host-header time-taken cs-protocol-version c-ip-version cs-user-agent cs-referer cs-cookie cs-uri-query".split(
    " ",
  );
const ADDRESS = /^(?:\d+\.){3}\d+$|:/;

/** A field's place in the line, or -1. */
type Places = Readonly<
  Record<
    | "date"
    | "time"
    | "timestamp"
    | "address"
    | "method"
    | "stem"
    | "query"
    | "status"
    | "agent"
    | "referrer"
    | "cookies"
    | "user",
    number
  >
>;

export function createCloudfrontParser(names?: readonly string[]): LineParser {
  const momentOf = createMomentReader();
  let header = names === undefined ? undefined : placesOf(names);
  let columns = names?.length ?? 0;
  let separator: string | RegExp = "\t";
  return (line) => {
    if (line.startsWith("#")) {
      const [, list] = /^#fields:\s*(.*)$/i.exec(line.trim()) ?? [];
      if (list !== undefined && names === undefined) {
        const fields = list.split(/\s+/);
        header = placesOf(fields);
        columns = fields.length;
        separator = "\t";
      }
      return { kind: "skipped" };
    }
    // The W3C's own separator is any white space; CloudFront's is a tab.
    let cells = line.split(separator);
    if (cells.length === 1 && columns > 1) cells = line.split((separator = / +/));
    const places = header ?? assumed(cells);
    if (places === undefined) {
      return badLine("no line with #Fields comes before it, and --fields does not name the fields");
    }
    if (columns > 0 && cells.length !== columns) {
      return badLine(`has ${cells.length} fields where the log has ${columns}: is the line cut off?`);
    }
    return requestOf(cells, places, momentOf);
  };
}

function assumed(cells: readonly string[]): Places | undefined {
  const [first = "", , third = ""] = cells;
  if (cells.length >= LEAST_STANDARD && /^\d{4}-\d\d-\d\d$/.test(first)) return placesOf(STANDARD);
  if (cells.length < REAL_TIME.length || !/^\d{10,}(?:\.\d+)?$/.test(first)) return undefined;
  return placesOf(ADDRESS.test(third) ? REAL_TIME.toSpliced(2, 0, "s-ip") : REAL_TIME);
}

function requestOf(
  cells: readonly string[],
  places: Places,
  momentOf: (text: string) => number | undefined,
): ReturnType<LineParser> {
  const cell = (place: number): string => known(cells[place] ?? "");
  const time = places.date >= 0 ? `${cell(places.date)}T${cell(places.time)}Z` : cell(places.timestamp);
  const timeS = momentOf(time);
  if (timeS === undefined) return badLine(`has a time that cannot be read: ${time.slice(0, 40)}`);
  return {
    kind: "request",
    timeS,
    address: clientAddress(cell(places.address), ""),
    agent: decodedHeader(cell(places.agent)),
    referrer: decodedHeader(cell(places.referrer)),
    method: cell(places.method),
    path: cell(places.stem),
    query: cell(places.query),
    status: statusOf(cell(places.status)),
    cookies: places.cookies < 0 ? undefined : decodedHeader(cell(places.cookies)),
    user: cell(places.user),
  };
}

function placesOf(names: readonly string[]): Places {
  const place = (...aliases: readonly string[]): number =>
    names.findIndex((name) => aliases.includes(name.trim().toLowerCase()));
  return {
    date: place("date"),
    time: place("time"),
    timestamp: place("timestamp", "timestamp(ms)"),
    address: place("c-ip"),
    method: place("cs-method"),
    stem: place("cs-uri-stem"),
    query: place("cs-uri-query"),
    status: place("sc-status"),
    agent: place("cs(user-agent)", "cs-user-agent"),
    referrer: place("cs(referer)", "cs-referer"),
    cookies: place("cs(cookie)", "cs-cookie"),
    user: place("cs-username"),
  };
}

/**
 * CloudFront writes headers URL-encoded, in logs of before 2020 twice; IIS writes `+` for a blank. What has a
 * blank is not encoded.
 */
export function decodedHeader(text: string): string {
  if (text.includes(" ") || !/[%+]/.test(text)) return text;
  const once = text.includes("%") ? decoded(text) : text.replaceAll("+", " ");
  return once.includes(" ") || !/%[0-9a-f]{2}/i.test(once) ? once : decoded(once);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
