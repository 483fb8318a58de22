/**
 * The origin's proof: its signature of a reply, which covers the signature of the request that it answers.
 */
import { contentDigest } from "./content-digest.ts";
import { formatInput, parseSignatures, signatureBase, type ComponentValue } from "./http-signature.ts";
import type { MacKey } from "./mac-key.ts";
import type { SentRequest, VerifiedRequest } from "./request-signature.ts";
import { fieldValue, present, signedText, type FieldReader } from "./signed-message.ts";

/** The fields of a reply that the edge acts upon. Those that are not signed do not reach it. */
export const SIGNED_REPLY_FIELDS = [
  "content-type",
  "etag",
  "spillway-served",
  "spillway-now",
  "spillway-credit",
  "spillway-viewer",
  "spillway-instance",
  "spillway-rollout",
] as const;

const TAG = "spillway-origin";
const LABEL = "origin";

export type ReplyToProve = {
  readonly status: number;
  readonly header: FieldReader;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly nowMs: number;
};

export type ProvenReply = {
  /** The signed fields alone. */
  readonly headers: Headers;
  readonly digest: string | undefined;
  readonly createdMs: number;
};

export async function proveReply(
  request: VerifiedRequest,
  reply: ReplyToProve,
): Promise<Readonly<Record<string, string>>> {
  const digest = reply.body.byteLength === 0 ? undefined : await contentDigest(reply.body);
  const { text, fields } = proofToSign(request, reply, digest);
  return fields(await request.key.sign(text));
}

export type ProofToSign = {
  /** What the proof is a signature of. */
  readonly text: string;
  /** The fields to add, once it is signed: in base64. */
  readonly fields: (signature: string) => Readonly<Record<string, string>>;
};

/** All of the proof but its signature. `digest`: of the body, undefined where there is none. */
export function proofToSign(
  { key, signature: { label, signature } }: VerifiedRequest<{ readonly id: string }>,
  { status, header, nowMs }: Omit<ReplyToProve, "body">,
  digest: string | undefined,
): ProofToSign {
  const question = `"signature";req;key="${label}"`;
  const covered: FieldReader = (name) => (name === "content-digest" ? digest : header(name));
  const components = ['"@status"', ...present(["content-digest", ...SIGNED_REPLY_FIELDS], covered), question];
  const input = formatInput(components, {
    created: Math.floor(nowMs / 1000),
    // The edge knows the key that it has signed with, whichever of the two is the newer one here.
    keyid: key.id,
    tag: TAG,
  });
  const text = signatureBase(components, replyValue(status, covered, question, `:${signature}:`), input);
  if (text === undefined) throw new RangeError("a header of the reply has a line break");
  return {
    text,
    fields: (signed) => ({
      ...(digest !== undefined && { "content-digest": digest }),
      "signature-input": `${LABEL}=${input}`,
      signature: `${LABEL}=:${signed}:`,
    }),
  };
}

export async function verifyReply(
  keys: readonly MacKey[],
  { signatures }: SentRequest,
  { status, header }: { readonly status: number; readonly header: FieldReader },
): Promise<ProvenReply | undefined> {
  const proof = parseSignatures(header("signature-input"), header("signature")).find(
    ({ params }) => params.get("tag") === TAG,
  );
  const key = keys.find(({ id }) => id === proof?.params.get("keyid"));
  const created = proof?.params.get("created");
  if (proof === undefined || key === undefined || typeof created !== "number") return undefined;
  const covered = new Set(proof.components);
  const question = [...signatures].find(([label]) => covered.has(`"signature";req;key="${label}"`));
  if (question === undefined || !covered.has('"@status"')) return undefined;
  const [label, value] = question;
  const signed = signedText(proof, replyValue(status, header, `"signature";req;key="${label}"`, value));
  if (signed === undefined || !(await key.verify(signed, proof.signature))) return undefined;
  const headers = new Headers();
  for (const name of SIGNED_REPLY_FIELDS) {
    const text = covered.has(`"${name}"`) ? header(name) : undefined;
    if (text !== undefined && text !== null) headers.set(name, text);
  }
  const digest = covered.has('"content-digest"') ? (header("content-digest") ?? undefined) : undefined;
  return { headers, digest, createdMs: created * 1000 };
}

function replyValue(
  status: number,
  header: FieldReader,
  question: string,
  signature: string,
): ComponentValue {
  return (component) => {
    if (component === '"@status"') return String(status);
    return component === question ? signature : fieldValue(component, header);
  };
}
