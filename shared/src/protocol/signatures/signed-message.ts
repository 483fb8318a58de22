/**
 * What requests' and replies' signatures have in common: header fields as components, and the check itself.
 */
import { signatureBase, type ComponentValue, type ParsedSignature } from "./http-signature.ts";
import type { MacKey } from "./mac-key.ts";

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

/** True when the signature is the key's, over these components of this message. */
export async function holds(
  key: MacKey,
  { components, params, input, signature }: ParsedSignature,
  valueOf: ComponentValue,
): Promise<boolean> {
  const alg = params.get("alg");
  if (alg !== undefined && alg !== "hmac-sha256") return false;
  const base = signatureBase(components, valueOf, input);
  return base !== undefined && key.verify(base, signature);
}
