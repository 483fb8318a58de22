import { hash } from "node:crypto";

/** 96 bits of SHA-256 of a page's carousels: tells whether they changed, and is the page's ETag. */
export function contentHash(content: string | Uint8Array): string {
  return hash("sha256", content, "base64url").slice(0, 16);
}
