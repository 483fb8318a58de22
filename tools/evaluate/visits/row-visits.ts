/** Visits as rows of CSV or JSONL: a time, an item, and whatever is known of the request. */
import { readIdCell } from "@spillway/kit/tabular/id-cell.ts";
import { readRows } from "@spillway/kit/tabular/rows.ts";
import { isRobotAgent } from "@spillway/shared/signals/robot-agent.ts";
import { LEAST_EVENT_MS, parseTimeMs, TIME_FORM } from "@spillway/shared/protocol/time.ts";
import { REQUEST_SIGNALS } from "../cold/compare-rows.ts";
import type { VisitSink } from "./visit-sink.ts";
import { visitSignals, type ToldSignals } from "./visit-signals.ts";

/** What each column may be called, best first; without letter case, and `-` and blanks are `_`. */
const NAMES = {
  time: "time timestamp ts datetime event_time time_s time_ms visited_at date",
  item: "item item_id itemid title_id content_id article_id movie_id video_id",
  url: "url page_url page uri landing_page request_uri",
  referrer: "referrer referer http_referer http_referrer page_referrer",
  agent: "user_agent useragent agent ua http_user_agent",
  country: "country country_code geo_country",
  team: "team favourite_team favorite_team",
  entry: "entry entry_path channel",
  campaign: "campaign utm_campaign",
  event: "event",
  device: "device device_type device_category",
  region: "region",
} as const;
type Name = keyof typeof NAMES;

const COLUMNS = Object.keys(NAMES) as Name[];
const ALIASES = new Map(
  COLUMNS.flatMap((name) => NAMES[name].split(" ").map((alias): [string, Name] => [alias, name])),
);
const RANKS = new Map(
  COLUMNS.flatMap((name) => NAMES[name].split(" ").map((alias, rank): [string, number] => [alias, rank])),
);
const LATEST_MS = Date.UTC(2100, 0);

function nameOf(text: string): Name | undefined {
  return ALIASES.get(aliasOf(text));
}

/** A file may have a `date` beside its `timestamp`. */
function rankOf(text: string): number {
  return RANKS.get(aliasOf(text)) ?? 0;
}

function aliasOf(text: string): string {
  return text
    .trim()
    .replaceAll(/^"|"$/g, "")
    .toLowerCase()
    .replaceAll(/[\s-]+/g, "_");
}

function isVisit(columns: readonly string[]): boolean {
  const names = new Set(columns.map(nameOf));
  return names.has("time") && (names.has("item") || names.has("url"));
}

export function isVisitHeader(line: string): boolean {
  // A header that lacks one of them is still one: it is told what is missing.
  const cells = line.split(",");
  return (
    isVisit(cells) ||
    (cells.length > 1 && cells.some((cell) => nameOf(cell) === "time" || nameOf(cell) === "item"))
  );
}

export function isVisitObject(line: string): boolean {
  try {
    const keys = Object.keys(JSON.parse(line) as object);
    const isRequest = keys.some((key) => /^(request|request_method|method|status)$/i.test(key));
    return isVisit(keys) ? keys.some((key) => nameOf(key) === "item") || !isRequest : false;
  } catch {
    // A bad line is told as one.
    return true;
  }
}

export async function readRowVisits(
  path: string,
  format: "csv" | "jsonl",
  sink: VisitSink,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const file = {
    // The format is what the first line says, and not what the name of the file does.
    path: `rows.${format}`,
    source: path,
    columns: COLUMNS,
    nameOf,
    rankOf,
    required: [["time"], ["item", "url"]],
    ignored: new Set<string>(),
    onBytes,
  };
  for await (const rows of readRows(file)) {
    for (const row of rows) {
      if (row.ok) takeRow(row.line, row.values, sink);
      else if (row.endsFile === true) sink.findings.ends(row.line, row.reason);
      else sink.findings.bad(row.line, row.reason);
    }
  }
}

function takeRow(line: number, values: Readonly<Record<string, unknown>>, sink: VisitSink): void {
  const { findings, table, itemOf, ownHosts } = sink;
  const timeMs = parseTimeMs(values["time"]);
  if (timeMs === undefined || timeMs < LEAST_EVENT_MS || timeMs >= LATEST_MS) {
    return findings.bad(line, `time: ${told(values["time"])}; it ${TIME_FORM}`);
  }
  const text = (name: Name): string => {
    const value = values[name];
    return typeof value === "string" ? value.trim() : typeof value === "number" ? String(value) : "";
  };
  const url = text("url");
  const item = readItem(values["item"], url, itemOf);
  if (!item.ok) return findings.bad(line, item.reason);
  if (item.id === undefined) return findings.leave("visits whose URL names no item");
  const agent = text("agent");
  if (isRobotAgent(agent)) return findings.leave("visits of robots");
  const signals: ToldSignals = {};
  for (const name of REQUEST_SIGNALS) if (text(name) !== "") signals[name] = text(name);
  const request = { url, referrer: text("referrer"), agent, country: text("country"), cookies: "" };
  table.add(Math.floor(timeMs / 1000), item.id, visitSignals(request, signals, ownHosts));
}

function readItem(
  cell: unknown,
  url: string,
  itemOf: VisitSink["itemOf"],
): { ok: true; id: string | undefined } | { ok: false; reason: string } {
  const isMissing = cell === undefined || cell === null || cell === "";
  if (isMissing && url !== "") {
    const parsed = URL.parse(url, "https://site.invalid/");
    return parsed === null
      ? { ok: false, reason: `url: ${told(url)} is no URL` }
      : { ok: true, id: itemOf(parsed.pathname, parsed.search.slice(1)) };
  }
  const id = readIdCell(typeof cell === "string" ? cell.trim() : cell);
  return id.ok ? id : { ok: false, reason: `item: ${id.reason}` };
}

function told(value: unknown): string {
  return value === undefined || value === "" ? "is missing" : (JSON.stringify(value) ?? "").slice(0, 60);
}
