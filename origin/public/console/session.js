// @ts-check
/**
 * Who has signed in, and every request that is made in their name. The session's cookie is the browser's own:
 * no script sees it.
 */
import { computed, signal } from "@preact/signals";

/**
 * @typedef {{ name: string, role: "viewer" | "editor" | "operator" | "admin", expiresAt?: string,
 *   edgePass?: string }} Operator
 * @typedef {{ kind: "unknown" } | { kind: "nobody", reason?: string | undefined } | { kind: "operator",
 *   operator: Operator }} Who
 * @typedef {{ ok: boolean, status: number, body: any, headers: Headers }} Reply
 */

/** @type {import("@preact/signals").Signal<Who>} */
export const operator = signal(/** @type {Who} */ ({ kind: "unknown" }));

const ROLES = ["viewer", "editor", "operator", "admin"];
/** Where the origin's routes are. */
export const ROOT = new URL("..", new URL("./", location.href));
const DEADLINE_MS = 10_000;

export const role = computed(() =>
  operator.value.kind === "operator" ? operator.value.operator.role : "viewer",
);

/** Whether who has signed in may do what needs a role. @param {string} needed */
export function may(needed) {
  return ROLES.indexOf(role.value) >= ROLES.indexOf(needed);
}

/**
 * Asks the origin. Rejects only where no answer comes.
 * @param {string} method
 * @param {string} path Without a slash at its beginning, such as `routing/mode`.
 * @param {{ body?: unknown, type?: string,
 *   signal?: AbortSignal }} [more] A body that is no string is sent as JSON.
 * @returns {Promise<Reply>}
 */
export async function request(method, path, { body, type = "application/json", signal: given } = {}) {
  /** @type {Record<string, string>} */
  const headers = { "Spillway-Console": "1" };
  if (body !== undefined) headers["content-type"] = type;
  const response = await fetch(new URL(path, ROOT), {
    method,
    headers,
    credentials: "same-origin",
    signal: given ?? AbortSignal.timeout(DEADLINE_MS),
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const isJson = /json/.test(response.headers.get("content-type") ?? "");
  const reply = {
    ok: response.ok,
    status: response.status,
    headers: response.headers,
    body: isJson ? await response.json() : await response.text(),
  };
  if (reply.status === 401 && operator.value.kind === "operator") {
    operator.value = { kind: "nobody", reason: "Your session has ended. Sign in again." };
  }
  return reply;
}

/** What a refusal says, for people. @param {Reply} reply */
export function reasonOf({ status, body }) {
  const errors = (body?.errors ?? []).map((/** @type {{ key: string, reason: string }} */ { key, reason }) =>
    key === "" ? reason : `${key} ${reason}`,
  );
  return errors.length > 0 ? errors.join("; ") : (body?.detail ?? `The origin answered ${status}.`);
}

/** Finds out who has signed in; again each hour, since the pass for the edge expires. */
export async function lookUp() {
  try {
    const { ok, body } = await request("GET", "console/session");
    operator.value = ok ? { kind: "operator", operator: body } : { kind: "nobody" };
  } catch {
    if (operator.value.kind === "unknown")
      operator.value = { kind: "nobody", reason: "The origin does not answer. Try again when it is back." };
  }
}

/** @param {string} token @returns {Promise<string | undefined>} Why not, if not. */
export async function signIn(token) {
  try {
    const signedIn = await request("POST", "console/session", { body: { token } });
    if (!signedIn.ok) return signedIn.status === 401 ? "This token is not valid." : reasonOf(signedIn);
    const { ok, body } = await request("GET", "console/session");
    if (!ok) return "The browser did not keep the session: it needs https, or localhost.";
    operator.value = { kind: "operator", operator: body };
    return undefined;
  } catch {
    return "The origin does not answer.";
  }
}

export async function signOut() {
  await request("DELETE", "console/session").catch(() => undefined);
  operator.value = { kind: "nobody", reason: "You have signed out." };
}
