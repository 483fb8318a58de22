/** The first entry of a backup: what is in it, and how to tell that it is whole. */
import * as z from "zod/mini";
import { DATABASES } from "@spillway/store/folder/swap-data.ts";

export const MANIFEST_FILE = "manifest.json";
/** It is raised when an older Spillway could not read the file any more. */
export const FORMAT_VERSION = 1;
export const MAX_MANIFEST_BYTES = 65_536;

/** Every version of the format has these, so that a newer one can be named. */
const envelopeSchema = z.object({ format: z.literal("spillway-backup"), formatVersion: z.int() });

export const manifestSchema = z.extend(envelopeSchema, {
  /** The one moment that all databases are from, ISO 8601 in UTC. */
  takenAt: z.iso.datetime(),
  /** The newest migration of the store, in milliseconds since 1970. */
  schemaMs: z.number(),
  holds: z.object({ items: z.int(), profiles: z.int(), events: z.int(), generation: z.int() }),
  databases: z
    .array(
      z.object({
        name: z.enum(DATABASES),
        bytes: z.int(),
        /** Hexadecimal. */
        sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
      }),
    )
    .check(z.minLength(1)),
});

export type Manifest = z.infer<typeof manifestSchema>;
export type DatabaseEntry = Manifest["databases"][number];

export type ManifestResult =
  | { readonly kind: "manifest"; readonly manifest: Manifest }
  | { readonly kind: "foreign" }
  | { readonly kind: "newer"; readonly formatVersion: number };

export function parseManifest(text: string): ManifestResult {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: "foreign" };
  }
  const envelope = envelopeSchema.safeParse(value);
  if (!envelope.success) return { kind: "foreign" };
  const { formatVersion } = envelope.data;
  if (formatVersion > FORMAT_VERSION) return { kind: "newer", formatVersion };
  const parsed = manifestSchema.safeParse(value);
  return parsed.success ? { kind: "manifest", manifest: parsed.data } : { kind: "foreign" };
}
