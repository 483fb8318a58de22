/**
 * Visits whose pages are compared before and after: every context, and every way that the index tells people
 * apart.
 */
import { PAGE_CONTEXTS } from "@spillway/shared/protocol/wire.ts";
import { answerOf, headerFaults, pageFaults, type Answer } from "./oracle.ts";
import { EDGE_TOKEN, type Isolate } from "./platform.ts";
import { viewerCookieOf } from "./site.ts";

export const PROBED_USER = "u42";

type Probe = {
  readonly context: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
};

const SOCIAL = { referer: "https://www.instagram.com/" };
const PROFILE = { cookie: "team=ESP; spillway_visitor=00000000-0000-4000-8000-000000000000" };

/** Of the visitor whom the documents' probes name: they are tailored. */
const HISTORY = { cookie: viewerCookieOf(PROBED_USER, EDGE_TOKEN) };

const PROBES: readonly Probe[] = [
  ...PAGE_CONTEXTS.map((context) => ({ context, query: "&team=ESP", headers: SOCIAL })),
  { context: "homepage", query: "", headers: {} },
  { context: "homepage", query: "&team=BEL&utm_source=google&utm_medium=cpc&utm_campaign=qf", headers: {} },
  { context: "live", query: "", headers: PROFILE },
  { context: "homepage", query: "", headers: HISTORY },
  { context: "movies", query: "&team=ESP", headers: HISTORY },
];

export async function probe(isolate: Isolate, at: number, user: string): Promise<Answer> {
  const { context, query, headers } = PROBES[at % PROBES.length] as Probe;
  const url = `http://edge.example/recommendations?user=${user}&context=${context}${query}`;
  return answerOf(await isolate.fetch(new Request(url, { headers })));
}

export async function probeAll(isolate: Isolate, user: string): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let at = 0; at < PROBES.length; at += 1) answers.push(await probe(isolate, at, user));
  return answers;
}

/** What is wrong with an answer by itself. */
export function probeFaults(answer: Answer, at: number): string[] {
  const { context } = PROBES[at % PROBES.length] as Probe;
  if (answer.status !== 200) return [`${context} gets ${answer.status}`];
  return [...headerFaults(answer), ...pageFaults(answer, context)].map((fault) => `${context}: ${fault}`);
}
