/**
 * What requests' and replies' signatures have in common: header fields as components, and the text that a
 * signature must be of.
 */
import { signatureBase, type ComponentValue, type ParsedSignature } from "./http-signature.ts";

/** Gives a header's value by its name in lower case. */
export type FieldReader = (name: string) => string | null | undefined;

/** The components of the fields that the message has. */
export function present(names: readonly string[], header: FieldReader): string[] {
  return names.filter((name) => (header(name) ?? undefined) !== undefined).map((name) => `"${name}"`);
}

/** Undefined for a component with parameters, or a derived one that we do not use. */
export function fieldValue(component: string, header: FieldReader): string | undefined {
  const [, name] = /^"([a-z0-9-]+)"$/.exec(component) ?? [];
  return name === undefined ? undefined : (header(name)?.trim() ?? undefined);
}

/** What the signature must be of; undefined where it can't be one of ours over this message. */
export function signedText(
  { components, params, input }: ParsedSignature,
  valueOf: ComponentValue,
): string | undefined {
  const alg = params.get("alg");
  if (alg !== undefined && alg !== "hmac-sha256") return undefined;
  return signatureBase(components, valueOf, input);
}
