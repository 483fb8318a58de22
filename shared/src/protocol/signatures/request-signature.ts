/** The edge's signature of a request to the origin. */
import { contentDigest } from "./content-digest.ts";
import {
  formatInput,
  parseSignatures,
  signatureBase,
  type ComponentValue,
  type ParsedSignature,
} from "./http-signature.ts";
import type { MacKey } from "./mac-key.ts";
import { fieldValue, present, signedText, type FieldReader } from "./signed-message.ts";

/** The fields of a request that the origin acts upon. A signed request has none that is not signed. */
export const SIGNED_REQUEST_FIELDS = [
  "content-type",
  "content-encoding",
  "if-none-match",
  "spillway-instance",
  "spillway-demand",
  "spillway-signals",
  "spillway-viewer",
] as const;

const TAG = "spillway-edge";
/** The labels of the edge's signatures, by the keys that it has: the current one first. */
const LABELS = ["edge", "edge-previous"] as const;
const NONCE_FORM = /^[A-Za-z0-9_-]{16,64}$/;
const REQUIRED = ['"@method"', '"@path"', '"@query"'] as const;

export type RequestToSign = {
  readonly method: string;
  /** Path and query as the origin sees them: `/events`, `/recommendations?user=u1`. */
  readonly target: string;
  /** In lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly nowMs: number;
  /** Drawn anew for each request: 16 to 64 letters, digits, `-` or `_`. */
  readonly nonce: string;
};

export type SentRequest = {
  /** All that the request has to carry. */
  readonly headers: Readonly<Record<string, string>>;
  /** The values of `Signature` by label. The reply's signature repeats one of them. */
  readonly signatures: ReadonlyMap<string, string>;
};

export type ReceivedRequest = {
  readonly method: string;
  readonly target: string;
  readonly header: FieldReader;
};

export type VerifiedRequest<Key = MacKey> = {
  readonly kind: "verified";
  readonly key: Key;
  readonly signature: ParsedSignature;
  readonly nonce: string;
  readonly createdMs: number;
  /** Which process of the origin the edge has meant, if it knew one. */
  readonly instance: string | undefined;
  /** The digest that the body must have; undefined where there must be none. */
  readonly digest: string | undefined;
};

type NotVerified =
  /** Nobody claims that the edge has signed it. */
  { readonly kind: "unsigned" } | { readonly kind: "refused"; readonly reason: string };

export type RequestCheck<Key = MacKey> = NotVerified | VerifiedRequest<Key>;

/** A request that says it is signed, in the form that it must have. */
export type RequestClaim<Key> = {
  readonly kind: "claim";
  /** What the signature must be of, by the key. */
  readonly text: string;
  /** What holds if it is. */
  readonly verified: VerifiedRequest<Key>;
};

export const DOES_NOT_FIT = { kind: "refused", reason: "does not fit the request" } as const;

export async function signRequest(keys: readonly MacKey[], request: RequestToSign): Promise<SentRequest> {
  const { method, target, body, nowMs, nonce } = request;
  const headers: Record<string, string> = { ...request.headers };
  if (body !== undefined) headers["content-digest"] = await contentDigest(body);
  const header: FieldReader = (name) => headers[name];
  const components = [...REQUIRED, ...present(["content-digest", ...SIGNED_REQUEST_FIELDS], header)];
  const valueOf = requestValue({ method, target, header });
  const created = Math.floor(nowMs / 1000);
  const inputs: string[] = [];
  const signatures = new Map<string, string>();
  for (const [at, key] of keys.entries()) {
    const label = LABELS[at] ?? LABELS[0];
    const input = formatInput(components, { created, nonce, keyid: key.id, tag: TAG });
    const base = signatureBase(components, valueOf, input);
    if (base === undefined) throw new RangeError("a header of the request has a line break");
    inputs.push(`${label}=${input}`);
    signatures.set(label, `:${await key.sign(base)}:`);
  }
  headers["signature-input"] = inputs.join(", ");
  headers["signature"] = [...signatures].map(([label, value]) => `${label}=${value}`).join(", ");
  return { headers, signatures };
}

export async function verifyRequest(
  keys: readonly MacKey[],
  request: ReceivedRequest,
): Promise<RequestCheck> {
  const claim = readClaim(keys, request);
  if (claim.kind !== "claim") return claim;
  const { verified, text } = claim;
  return (await verified.key.verify(text, verified.signature.signature)) ? verified : DOES_NOT_FIT;
}

/** All of the check but the signature itself. */
export function readClaim<Key extends { readonly id: string }>(
  keys: readonly Key[],
  request: ReceivedRequest,
): NotVerified | RequestClaim<Key> {
  const { header } = request;
  const inputs = header("signature-input");
  // The tag tells our edge's signatures from those of others, who may sign what passes through them.
  if (inputs?.includes(`"${TAG}"`) !== true) return { kind: "unsigned" };
  const ours = parseSignatures(inputs, header("signature")).filter(({ params }) => params.get("tag") === TAG);
  if (ours.length === 0) return refused("is malformed");
  const key = keys.find(({ id }) => ours.some(({ params }) => params.get("keyid") === id));
  const signature = ours.find(({ params }) => params.get("keyid") === key?.id);
  if (key === undefined || signature === undefined) return refused("has a key that is not known here");
  const { components, params } = signature;
  const covered = new Set(components);
  const open = [...REQUIRED, ...present(SIGNED_REQUEST_FIELDS, header)].find((one) => !covered.has(one));
  if (open !== undefined) return refused(`does not cover ${open}`);
  const [created, nonce] = [params.get("created"), params.get("nonce")];
  if (typeof created !== "number" || typeof nonce !== "string" || !NONCE_FORM.test(nonce)) {
    return refused("needs created and a nonce");
  }
  const text = signedText(signature, requestValue(request));
  if (text === undefined) return DOES_NOT_FIT;
  const verified = {
    kind: "verified",
    key,
    signature,
    nonce,
    createdMs: created * 1000,
    instance: header("spillway-instance") ?? undefined,
    digest: covered.has('"content-digest"') ? (header("content-digest") ?? undefined) : undefined,
  } as const;
  return { kind: "claim", text, verified };
}

function requestValue({ method, target, header }: ReceivedRequest): ComponentValue {
  const queryAt = target.indexOf("?");
  const derived: Readonly<Record<string, string>> = {
    '"@method"': method,
    '"@path"': queryAt === -1 ? target : target.slice(0, queryAt),
    // Without a query the component is a question mark alone (section 2.2.7).
    '"@query"': queryAt === -1 ? "?" : target.slice(queryAt),
  };
  return (component: string) => derived[component] ?? fieldValue(component, header);
}

function refused(reason: string): NotVerified {
  return { kind: "refused", reason };
}
