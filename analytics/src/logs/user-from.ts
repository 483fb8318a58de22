/** Where a request says who its user is: `--user-from query:user`, `cookie:…`, `path:…`, `field:…`. */
import { isNobody, plainValue, unquoted } from "@spillway/shared/signals/plain-value.ts";
import { valueAt } from "./json-keys.ts";
import { textOf } from "./json-lines.ts";
import type { LogRequest } from "./log-request.ts";

export type UserSource = {
  /** As it was given. */
  readonly text: string;
  readonly needsCookies: boolean;
  /** Returns the user that the request names, or an empty text. */
  readonly userOf: (request: LogRequest) => string;
  /** The path with the user's place in it instead of the user. */
  readonly pathWithout?: (path: string) => string;
};

export const USER_FROM_FORM = "query:NAME, cookie:NAME, field:NAME or path:/…/:user/…";

/** The product's own parameter, then what the line itself names. */
export const DEFAULT_SOURCES: readonly UserSource[] = [
  querySource("query:user", "user"),
  { text: "the log's own user field", needsCookies: false, userOf: ({ user }) => placeholderFree(user) },
];

/** Throws a RangeError that says what is wrong with the text. */
export function parseUserFrom(text: string): UserSource {
  const colon = text.indexOf(":");
  const [kind, name] = [text.slice(0, colon), text.slice(colon + 1)];
  if (colon < 0 || name === "") throw new RangeError(`${text} is none of ${USER_FROM_FORM}`);
  if (kind === "query") return querySource(text, name);
  if (kind === "cookie") {
    return {
      text,
      needsCookies: true,
      userOf: ({ cookies }) => placeholderFree(plainValue(cookieValue(cookies ?? "", name)) ?? ""),
    };
  }
  if (kind === "field") return fieldSource(text, name);
  if (kind === "path") return pathSource(text, name);
  throw new RangeError(`${text}: ${kind} is none of ${USER_FROM_FORM}`);
}

function querySource(text: string, name: string): UserSource {
  return { text, needsCookies: false, userOf: ({ query }) => placeholderFree(parameter(query, name)) };
}

/** The value of a parameter, decoded; empty when there is none. */
export function parameter(query: string, name: string): string {
  for (let from = 0; from <= query.length;) {
    const and = query.indexOf("&", from);
    const end = and < 0 ? query.length : and;
    const equals = query.indexOf("=", from);
    if (equals >= 0 && equals < end && isNamed(query, from, equals, name)) {
      return parameterText(query.slice(equals + 1, end));
    }
    from = end + 1;
  }
  return "";
}

function isNamed(query: string, from: number, to: number, name: string): boolean {
  if (to - from === name.length) return query.startsWith(name, from);
  // An encoded name is longer than its text.
  return to - from > name.length && parameterText(query.slice(from, to)) === name;
}

function cookieValue(header: string, name: string): string {
  for (const part of header.split(/;\s*/)) {
    const equals = part.indexOf("=");
    if (equals > 0 && part.slice(0, equals).trim() === name) {
      return plainText(unquoted(part.slice(equals + 1).trim()));
    }
  }
  return "";
}

/** A key of a JSON log; dots lead into nested objects. */
function fieldSource(text: string, name: string): UserSource {
  const steps = name.split(".");
  return {
    text,
    needsCookies: false,
    userOf: ({ object: read }) => {
      const object = read?.() ?? {};
      return placeholderFree(textOf(valueAt(object, [name]) ?? valueAt(object, steps)));
    },
  };
}

/**
 * `/u/:user/…`: segments are as they are, `:user` is the user, any other `:name` and `*` is one segment, and
 * what follows is free. A leading `…` or `**` stands for any segments before.
 */
function pathSource(text: string, pattern: string): UserSource {
  const segments = pattern.split("/").filter((segment) => segment !== "");
  if (segments.filter((segment) => segment === ":user").length !== 1) {
    throw new RangeError(`${text} must have :user in one place, such as path:/u/:user/…`);
  }
  while (isRest(segments.at(-1))) segments.pop();
  const isAnywhere = isRest(segments[0]);
  const source = segments.slice(isAnywhere ? 1 : 0).map((segment) => {
    if (isRest(segment)) throw new RangeError(`${text}: … stands at the beginning or at the end`);
    if (segment === ":user") return "(?<user>[^/]+)";
    if (segment === "*" || segment.startsWith(":")) return "[^/]+";
    return RegExp.escape(segment);
  });
  const expression = new RegExp(`^${isAnywhere ? "(?:/+[^/]+)*?" : ""}/+${source.join("/+")}(?=/|$)`, "d");
  return {
    text,
    needsCookies: false,
    userOf: ({ path }) => placeholderFree(plainText(expression.exec(path)?.groups?.["user"] ?? "")),
    pathWithout: (path) => {
      const place = expression.exec(path)?.indices?.groups?.["user"];
      return place === undefined ? path : `${path.slice(0, place[0])}:user${path.slice(place[1])}`;
    },
  };
}

function isRest(segment: string | undefined): boolean {
  return segment === "…" || segment === "..." || segment === "**";
}

/** Programs have words for a value that they lack. */
function placeholderFree(user: string): string {
  return user === "" || isNobody(user) ? "" : user;
}

/** In a query, a plus is a blank. */
function parameterText(text: string): string {
  return plainText(text.replaceAll("+", " "));
}

function plainText(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
