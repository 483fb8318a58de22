/**
 * Who asks the benchmarked edge: as many different visitors as wanted, each with a device, a team and a way
 * of arriving. Of four, two name their user, one comes back with a visitor's cookie, and one is new.
 */
import { COOKIE } from "@spillway/shared/protocol/wire.ts";

export type Visit = {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Visits of one number reach the same cluster. */
  readonly pattern: number;
};

/** FIFA's codes for 48 teams would do as well. */
export const TEAMS = Array.from({ length: 48 }, (_, at) => `${letter(at / 26)}${letter(at)}X`);
const ARRIVALS: readonly (readonly [query: string, headers: Readonly<Record<string, string>>])[] = [
  ["", { referer: "https://www.instagram.com/p/C8x/" }],
  ["", { referer: "https://www.google.com/search?q=quarter+final" }],
  ["&utm_source=google&utm_medium=cpc&utm_campaign=qf-esp-bel&gclid=abc", {}],
  ["&utm_source=newsletter&utm_medium=email&utm_campaign=matchday", {}],
  ["&utm_source=app&utm_medium=push&event=match-98-esp-bel", {}],
  ["", { referer: "https://news.example.com/sport/preview" }],
  ["", {}],
  ["&utm_medium=social&utm_source=tiktok", {}],
];
/** Agents differ by model and version: 2,000 of them, each as long as those that browsers send. */
const MODELS = [
  "Pixel 9",
  "SM-S921B",
  "SM-A556B",
  "23127PN0CG",
  "moto g84 5G",
  "CPH2581",
  "XQ-EC54",
  "2201116SG",
];
const VERSIONS = 250;
export const PATTERNS = 64;

function letter(at: number): string {
  return String.fromCharCode(65 + (Math.floor(at) % 26));
}

export function visitOf(visitor: number): Visit {
  const pattern = visitor % PATTERNS;
  const [query, arrival] = ARRIVALS[pattern % ARRIVALS.length] ?? ["", {}];
  const { parameter, cookie } = identityOf(visitor);
  return {
    path: `/recommendations?context=homepage${parameter}${query}`,
    headers: {
      ...arrival,
      "user-agent": agentOf(visitor),
      "cf-connecting-ip": `198.51.${(visitor >>> 8) % 256}.${visitor % 256}`,
      cookie: `team=${TEAMS[pattern % TEAMS.length]}; consent=yes${cookie}`,
    },
    pattern,
  };
}

function identityOf(visitor: number): { readonly parameter: string; readonly cookie: string } {
  switch (Math.floor(visitor / PATTERNS) % 4) {
    case 0:
      return { parameter: "", cookie: "" };
    case 1: {
      const digits = visitor.toString(16).padStart(12, "0");
      return { parameter: "", cookie: `; ${COOKIE.visitor}=00000000-0000-8000-8000-${digits}` };
    }
    default:
      return { parameter: `&user=user-${visitor}`, cookie: "" };
  }
}

function agentOf(visitor: number): string {
  const version = visitor % VERSIONS;
  const model = MODELS[Math.floor(visitor / VERSIONS) % MODELS.length] ?? "K";
  return `Mozilla/5.0 (Linux; Android ${10 + (version % 6)}; ${model}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.${version}.${version} Mobile Safari/537.36`;
}

/** Visits without end: all `visitors` by turns, on from where the last one was. */
export function endlessVisits(visitors: number): () => Visit {
  let next = 0;
  return () => {
    const visit = visitOf(next);
    next = (next + 1) % visitors;
    return visit;
  };
}
