/**
 * Writes and reads the one file of a backup: an uncompressed tar with the manifest first, so that anybody can
 * look into it.
 */
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { extract, pack } from "tar-stream";
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import { STORE_FILE } from "@spillway/store/folder/swap-data.ts";
import { BackupError } from "./backup-error.ts";
import {
  FORMAT_VERSION,
  MANIFEST_FILE,
  MAX_MANIFEST_BYTES,
  parseManifest,
  type DatabaseEntry,
  type Manifest,
} from "./manifest.ts";

/** `done` and `total` are bytes. */
export type OnBytes = (done: number, total: number) => void;

export async function sha256Of(path: string, onBytes: (bytes: number) => void): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    hash.update(chunk as Buffer);
    onBytes((chunk as Buffer).length);
  }
  return hash.digest("hex");
}

/** Packs the databases in `folder` into the new file `path`, and syncs it to disk. */
export async function writeArchive(
  path: string,
  folder: string,
  manifest: Manifest,
  onBytes: OnBytes,
): Promise<void> {
  const archive = pack();
  const written = pipeline(archive, createWriteStream(path, { flags: "wx", mode: 0o600 }));
  const mtime = new Date(manifest.takenAt);
  const total = manifest.databases.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  archive.entry({ name: MANIFEST_FILE, mode: 0o600, mtime }, `${JSON.stringify(manifest, null, 2)}\n`);
  const fill = async (): Promise<void> => {
    for (const { name, bytes } of manifest.databases) {
      const entry = archive.entry({ name, size: bytes, mode: 0o600, mtime });
      const source = createReadStream(join(folder, name), { highWaterMark: 1 << 20 });
      source.on("data", (chunk) => onBytes((done += chunk.length), total));
      await pipeline(source, entry);
    }
    archive.finalize();
  };
  await Promise.all([fill(), written]);
  const file = await open(path, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Checks that the file is whole and of this format, and unpacks its databases into `folder` when one is
 * given. Throws a {@link BackupError} that names the file and what is wrong with it.
 */
export async function readArchive(
  path: string,
  folder: string | undefined,
  onBytes: OnBytes,
): Promise<Manifest> {
  const { size } = await stat(path);
  const archive = extract();
  let done = 0;
  const source = createReadStream(path, { highWaterMark: 1 << 20 });
  source.on("data", (chunk) => onBytes((done += chunk.length), size));
  const fed = pipeline(source, archive);
  // Its failure is that of the loop below too, which is where it is reported.
  fed.catch(() => undefined);
  let manifest: Manifest | undefined;
  const found = new Set<string>();
  try {
    for await (const entry of archive) {
      const { name } = entry.header;
      if (manifest === undefined) {
        manifest = await readManifest(path, name, entry);
        continue;
      }
      const expected = manifest.databases.find((database) => database.name === name);
      if (expected === undefined || found.has(name)) throw damaged(path, `${name} does not belong in it`);
      await readDatabase(path, entry, expected, folder);
      found.add(name);
    }
    await fed;
  } catch (error) {
    if (error instanceof BackupError) throw error;
    if (manifest === undefined) throw foreign(path);
    if (isOfFileSystem(error)) throw error;
    throw damaged(path, `it is cut off or damaged after ${done} of its bytes (${reasonOf(error)})`);
  }
  if (manifest === undefined) throw foreign(path);
  if (!manifest.databases.some(({ name }) => name === STORE_FILE)) {
    throw damaged(path, `it has no ${STORE_FILE}`);
  }
  const missing = manifest.databases.find(({ name }) => !found.has(name));
  if (missing !== undefined) throw damaged(path, `it is cut off: ${missing.name} is missing`);
  return manifest;
}

async function readManifest(path: string, name: string, entry: AsyncIterable<unknown>): Promise<Manifest> {
  if (name !== MANIFEST_FILE) throw foreign(path);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of entry) {
    bytes += (chunk as Buffer).length;
    if (bytes > MAX_MANIFEST_BYTES) throw foreign(path);
    chunks.push(chunk as Buffer);
  }
  const result = parseManifest(Buffer.concat(chunks).toString());
  if (result.kind === "foreign") throw foreign(path);
  if (result.kind === "newer") {
    throw new BackupError(
      "failed",
      `${path} was written by a newer version of Spillway (format ${result.formatVersion}; this one reads ${FORMAT_VERSION})`,
    );
  }
  return result.manifest;
}

async function readDatabase(
  path: string,
  entry: AsyncIterable<unknown>,
  { name, bytes, sha256 }: DatabaseEntry,
  folder: string | undefined,
): Promise<void> {
  const hash = createHash("sha256");
  let read = 0;
  const hashed = async function* (): AsyncGenerator<Buffer> {
    for await (const part of entry) {
      const chunk = part as Buffer;
      hash.update(chunk);
      read += chunk.length;
      if (folder !== undefined) yield chunk;
    }
  };
  if (folder === undefined) await hashed().next();
  else await pipeline(hashed, createWriteStream(join(folder, name), { flags: "wx", mode: 0o600 }));
  if (read !== bytes) throw damaged(path, `${name} has ${read} bytes, and not ${bytes}`);
  if (hash.digest("hex") !== sha256)
    throw damaged(path, `the SHA-256 of ${name} is not the one of the backup`);
}

function foreign(path: string): BackupError {
  return new BackupError(
    "failed",
    `${path} is no backup of Spillway: it must be a file that \`spillway backup\` wrote, uncompressed`,
  );
}

function damaged(path: string, reason: string): BackupError {
  return new BackupError("failed", `${path} is damaged: ${reason}`);
}

function isOfFileSystem(error: unknown): boolean {
  return error instanceof Error && "syscall" in error;
}
