/**
 * HTTP Message Signatures (RFC 9421): the two header fields, and the text that a signature is made over.
 * Pure.
 *
 * A component is named as the fields write it, with its quotes and parameters: `"@method"`, `"etag"`,
 * `"signature";req;key="edge"`.
 */

export type SignatureParams = {
  /** Seconds since 1970. */
  readonly created: number;
  readonly nonce?: string;
  readonly keyid: string;
  readonly tag: string;
};

/** One member of `Signature-Input` together with its signature. */
export type ParsedSignature = {
  readonly label: string;
  readonly components: readonly string[];
  readonly params: ReadonlyMap<string, string | number | true>;
  /** The member's text, which `"@signature-params"` repeats. */
  readonly input: string;
  /** Base64, as it stands between the colons of `Signature`. */
  readonly signature: string;
};

/** The value of a component in a message; undefined where the message has none. */
export type ComponentValue = (component: string) => string | undefined;

export function formatInput(components: readonly string[], params: SignatureParams): string {
  const nonce = params.nonce === undefined ? "" : `;nonce="${params.nonce}"`;
  const { created, keyid, tag } = params;
  return `(${components.join(" ")});created=${created}${nonce};keyid="${keyid}";alg="hmac-sha256";tag="${tag}"`;
}

/** Section 2.5. Undefined when the message lacks a component, or has a line break in it. */
export function signatureBase(
  components: readonly string[],
  valueOf: ComponentValue,
  input: string,
): string | undefined {
  let base = "";
  for (const component of components) {
    const value = valueOf(component);
    if (value === undefined || /[\r\n]/.test(value)) return undefined;
    base += `${component}: ${value}\n`;
  }
  return `${base}"@signature-params": ${input}`;
}

/** Two fields of our own have some 300 characters. */
const MAX_FIELD_CHARACTERS = 4096;
const NAME = "[a-z*][a-z0-9_.*-]*";
const TEXT = '"[^"\\\\\\x00-\\x1f\\x7f-\\uffff]*"';
const PARAM = `;(?:${NAME})(?:=(?:${TEXT}|-?\\d{1,15}))?`;
const COMPONENT = `"[@a-z0-9!#$%&'*+.^_\`|~-]+"(?:${PARAM})*`;
const INPUT_MEMBER = new RegExp(
  `(${NAME})=(\\(((?:${COMPONENT}(?: ${COMPONENT})*)?)\\)((?:${PARAM})*))`,
  "y",
);
const SIGNATURE_MEMBER = new RegExp(`(${NAME})=:([A-Za-z0-9+/]{1,1024}={0,2}):`, "y");
const COMPONENTS = new RegExp(COMPONENT, "g");
const PARAMS = new RegExp(`;(${NAME})(?:=(?:"([^"]*)"|(-?\\d+)))?`, "g");
const BETWEEN = /[ \t]*,[ \t]*/y;

/**
 * Section 4. Takes the canonical form of both fields, which is what is signed, and gives nothing for any
 * other text, nor for a signature that only one of the fields names, or one of them twice.
 */
export function parseSignatures(
  inputField: string | null | undefined,
  signatureField: string | null | undefined,
): readonly ParsedSignature[] {
  const inputs = members(inputField, INPUT_MEMBER);
  const signatures = members(signatureField, SIGNATURE_MEMBER);
  return [...inputs].flatMap(([label, [, , input = "", list = "", params = ""]]) => {
    const signature = signatures.get(label)?.[2];
    if (signature === undefined) return [];
    const components = list.match(COMPONENTS) ?? [];
    return [{ label, components, params: parseParams(params), input, signature }];
  });
}

/** Empty unless the whole field has that form, and each label once. */
function members(field: string | null | undefined, member: RegExp): Map<string, RegExpExecArray> {
  const found = new Map<string, RegExpExecArray>();
  if (field === null || field === undefined || field.length > MAX_FIELD_CHARACTERS) return found;
  for (let at = 0; ;) {
    member.lastIndex = at;
    const match = member.exec(field);
    const label = match?.[1];
    if (match === null || label === undefined || found.has(label)) return new Map();
    found.set(label, match);
    if (member.lastIndex === field.length) return found;
    BETWEEN.lastIndex = member.lastIndex;
    if (BETWEEN.exec(field) === null) return new Map();
    at = BETWEEN.lastIndex;
  }
}

function parseParams(text: string): ReadonlyMap<string, string | number | true> {
  return new Map(
    [...text.matchAll(PARAMS)].map(([, name = "", string, number]) => [
      name,
      string ?? (number === undefined ? true : Number(number)),
    ]),
  );
}
