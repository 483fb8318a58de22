/** Reads an access log, line by line, into a traffic sink. */
import { counted } from "@spillway/shared/protocol/counted.ts";
import type { LogReading } from "../traffic/log-columns.ts";
import { formatOfLine, type LogFormat } from "./formats.ts";
import type { LineParser, LogRequest } from "./log-request.ts";
import { readLines } from "./read-lines.ts";
import type { CategoryReader } from "./request-category.ts";
import type { UserSource } from "./user-from.ts";

export type AccessLog = {
  readonly format: LogFormat;
  /** Names of the fields where the format has no header. */
  readonly fields: readonly string[] | undefined;
  readonly userFrom: readonly UserSource[];
  readonly categoryOf: CategoryReader;
};

export async function readAccessLog(
  bytes: AsyncIterable<Uint8Array>,
  log: AccessLog,
  reading: LogReading,
): Promise<void> {
  const parse: LineParser = log.format.createParser(log.fields);
  const counts = { static: 0, unread: 0, unnamed: 0, requests: 0 };
  const skipped = new Map<string, number>();
  const take = createTaker(log, reading, counts);
  const takeLine = (text: string, number: number, isLast: boolean): void => {
    if (text.trim() === "") return;
    const parsed = parse(text);
    if (parsed.kind === "request") return take(parsed);
    if (parsed.kind === "skipped") {
      if (parsed.why !== undefined) skipped.set(parsed.why, (skipped.get(parsed.why) ?? 0) + 1);
      return;
    }
    reading.bad(number, `${parsed.reason}${isLast ? ENDS_HERE : otherFormat(text, log.format)}`);
  };
  await readLines(bytes, {
    line: (text, number) => takeLine(text, number, false),
    tooLong: (number) => reading.bad(number, "the line has more than a million characters"),
    last: (text, number) => takeLine(text, number, true),
  });
  for (const [why, count] of skipped)
    reading.notice(`${counted(count, "line was", "lines were")} left out: ${why}`);
  if (counts.static > 0) {
    reading.notice(
      `${counted(counts.static, "request for a static file counts", "requests for static files count")} among the callers, and as no calls`,
    );
  }
  if (counts.unread > 0)
    reading.notice(
      `${counted(counts.unread, "line has", "lines have")} no request that can be read (such as "-")`,
    );
  if (counts.unnamed > 0) reading.notice(unnamed(counts, log.userFrom));
}

const ENDS_HERE = " (the file ends within this line)";

function otherFormat(line: string, format: LogFormat): string {
  const other = formatOfLine(line);
  if (other === undefined || other === format) return "";
  return ` (it looks like ${typeof other === "string" ? other : other.name}, in a file of ${format.name})`;
}

type Counts = { static: number; unread: number; unnamed: number; requests: number };

function createTaker({ userFrom, categoryOf }: AccessLog, reading: LogReading, counts: Counts) {
  const { sink } = reading;
  const plainOf = userFrom.flatMap(({ pathWithout }) => pathWithout ?? []);
  const agents = new Map<string, number>();
  const agentOf = (text: string): number => {
    let number = agents.get(text);
    if (number === undefined) {
      if (agents.size > MAX_REMEMBERED_AGENTS) agents.clear();
      const isFull = sink.agents.size() >= MAX_AGENTS;
      agents.set(
        text,
        (number = sink.agents.ofText(isFull ? OTHER_AGENTS : text.slice(0, MAX_AGENT_CHARACTERS))),
      );
    }
    return number;
  };
  return (request: LogRequest): void => {
    const { timeS, address, method, path, query } = request;
    reading.rows += 1;
    const user = userOf(request, userFrom);
    if (user === "") counts.unnamed += 1;
    const caller = sink.users.ofText(user === "" ? address : user);
    const network = sink.networks.ofText(address);
    const agent = agentOf(request.agent);
    if (method === "") counts.unread += 1;
    else if (method !== "GET" && method !== "POST") reading.otherMethods += 1;
    else {
      counts.requests += 1;
      const plain = plainOf.reduce((own, pathWithout) => pathWithout(own), path);
      const category = categoryOf(plain, query);
      if (category !== undefined) {
        sink.take(timeS, caller, network, agent, sink.categories.ofText(category), method === "POST", 1);
        return;
      }
      counts.static += 1;
    }
    sink.takeOther(timeS, caller, network, agent, 1);
  };
}

const MAX_REMEMBERED_AGENTS = 50_000;
/** Clients may make up an agent for each request. Beyond these, all others are one. */
const MAX_AGENTS = 200_000;
const MAX_AGENT_CHARACTERS = 512;
const OTHER_AGENTS = "(other agents)";

function userOf(request: LogRequest, sources: readonly UserSource[]): string {
  for (const source of sources) {
    const user = source.userOf(request);
    if (user !== "") return user;
  }
  return "";
}

function unnamed({ unnamed: count }: Counts, sources: readonly UserSource[]): string {
  const looked = sources.map(({ text }) => text).join(", ");
  return `${counted(count, "request names", "requests name")} no user (${looked}); the address stands for one. --user-from says where users stand`;
}
