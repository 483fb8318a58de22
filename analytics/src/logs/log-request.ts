/** What a reader of access logs learns from one line, whatever the format. */
import type { JsonObject } from "./json-keys.ts";

/** One request. Texts are decoded; `path` and `query` are as they were on the wire. Empty means unknown. */
export type LogRequest = {
  readonly kind: "request";
  readonly timeS: number;
  /** The client's address without a port. */
  readonly address: string;
  readonly agent: string;
  /** Undefined when the line has no place for it. */
  readonly referrer?: string;
  /** Empty where the line has no request that can be read, such as a TLS handshake on a plain port. */
  readonly method: string;
  readonly path: string;
  readonly query: string;
  /** Of the response; undefined when the line has no place for it. */
  readonly status?: number | undefined;
  /** The Cookie header; undefined when the line has no place for it. */
  readonly cookies: string | undefined;
  /** The user that the line itself names. */
  readonly user: string;
  /** The whole line of a JSON log, with all digits of its numbers, for `--user-from field:…`. */
  readonly object?: () => JsonObject;
};

export type ParsedLine =
  | LogRequest
  /** `reason` says what is wrong with the line. */
  | { readonly kind: "bad"; readonly reason: string }
  /** A comment, a header, or a request that is no client's; `why` is told once for all of them. */
  | { readonly kind: "skipped"; readonly why?: string };

/** Parsers keep what earlier lines of the same file told, such as a `#Fields` header. */
export type LineParser = (line: string) => ParsedLine;

/** `200` → 200; undefined for what is no status. */
export function statusOf(text: string): number | undefined {
  return /^[1-5]\d\d$/.test(text) ? Number(text) : undefined;
}

export function badLine(reason: string): ParsedLine {
  return { kind: "bad", reason };
}
