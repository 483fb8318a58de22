/**
 * `[tailoring]` in routing.toml: by what a viewer's history may travel to the edge, and the cookie without
 * which it does not. Pure.
 */
import * as z from "zod/mini";
import { readCookie } from "../signals/cookies.ts";
import { CARRIERS } from "./carriers.ts";

const MUST_BE = 'must be "cookie", "map", ["cookie", "map"] or "off"';
const CONSENT_FORM = "must be a cookie's name, or name=value";

/** RFC 6265 §4.1.1: a token, and octets without blanks, quotes, commas, semicolons and backslashes. */
const CONSENT = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]{1,128})(?:=([!#-+\--:<-[\]-~]{1,512}))?$/;

export const tailoringSchema = z.strictObject({
  history: z._default(
    z.union(
      [
        z.enum([...CARRIERS, "off"]),
        z.array(z.enum(CARRIERS)).check(z.minLength(1, MUST_BE), z.maxLength(2, MUST_BE)),
      ],
      MUST_BE,
    ),
    () => [...CARRIERS],
  ),
  /** When absent, nobody is asked for consent here. */
  consent_cookie: z.optional(z.string().check(z.regex(CONSENT, CONSENT_FORM))),
});

/** As `[tailoring]` is written. */
export type TailoringKeys = z.infer<typeof tailoringSchema>;

export type Tailoring = {
  /** True where a viewer's history may travel in the viewer cookie. */
  readonly cookie: boolean;
  /** True where it may be read from the viewer map. */
  readonly map: boolean;
  /** The cookie without which no history travels; `value` undefined: any value but an empty one. */
  readonly consent: { readonly name: string; readonly value: string | undefined } | undefined;
};

/** What holds without `[tailoring]`. */
export const DEFAULT_TAILORING: Tailoring = { cookie: true, map: true, consent: undefined };

export function compileTailoring(keys: TailoringKeys | undefined): Tailoring {
  if (keys === undefined) return DEFAULT_TAILORING;
  const { history, consent_cookie: consent } = keys;
  const carriers: readonly string[] = typeof history === "string" ? [history] : history;
  const [, name, written] = CONSENT.exec(consent ?? "") ?? [];
  // As the browser's own cookie is read, so that it may be copied from there, with its percent signs.
  const value = written === undefined ? undefined : readCookie(consent, name ?? "");
  return {
    cookie: carriers.includes("cookie"),
    map: carriers.includes("map"),
    consent: name === undefined ? undefined : { name, value },
  };
}

/** Whether the visitor of these cookies has agreed. */
export function hasConsent({ consent }: Tailoring, cookies: string | null | undefined): boolean {
  if (consent === undefined) return true;
  const value = readCookie(cookies, consent.name);
  return consent.value === undefined ? (value ?? "") !== "" : value === consent.value;
}

/** Such as `history by cookie and map; consent by cookie=yes`, for operators. */
export function describeTailoring({ cookie, map, consent }: Tailoring): string {
  const carriers = [cookie ? ["cookie"] : [], map ? ["map"] : []].flat();
  if (carriers.length === 0) return "history off";
  const asked =
    consent === undefined
      ? ""
      : `; only with the cookie ${[consent.name, consent.value ?? []].flat().join("=")}`;
  return `history by ${carriers.join(" and ")}${asked}`;
}
