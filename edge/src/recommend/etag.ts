/** Entity tags (RFC 9110 §8.8.3). Pure. */

const MAX_LENGTH = 200;

export function isEtag(text: string): boolean {
  return text.length <= MAX_LENGTH && /^(?:W\/)?"[!#-~]*"$/.test(text);
}

/** If-None-Match compares weakly (RFC 9110 §13.1.2). */
export function matchesEtag(ifNoneMatch: string | null, etag: string | null): boolean {
  if (ifNoneMatch === null || etag === null) return false;
  return (
    ifNoneMatch.trim() === "*" || ifNoneMatch.split(",").some((tag) => opaqueTag(tag) === opaqueTag(etag))
  );
}

function opaqueTag(tag: string): string {
  return tag.trim().replace(/^W\//, "");
}
