/**
 * Packs records of the serving log into 24 bytes each. A record counts equal responses to one user within one
 * minute. Pure.
 */
import type { RecordVisitor } from "@spillway/shared/protocol/serving-records.ts";

/** A context, cluster, country or network is a number of the log's tables of names. */
export type PackedRecord = {
  /** 16 hexadecimal digits. */
  readonly user: string;
  /** The minute of the UTC day, 0 to 1439. */
  readonly minute: number;
  /**
   * `as`, `reason` and `agent` are positions in LOGGED_AS, LOGGED_REASONS, AGENT_CLASSES of
   * shared/src/protocol/serving-log.ts.
   */
  readonly as: number;
  readonly reason: number;
  readonly agent: number;
  readonly context: number;
  readonly cluster: number;
  readonly country: number;
  readonly network: number;
  readonly calls: number;
};

export const RECORD_BYTES = 24;
/** More calls than this make several records. */
const MAX_CALLS = 0xffff;
/**
 * The highest number that a record can hold for a context, cluster or country. Numbers of networks may be
 * higher.
 */
export const MAX_SHORT_NAME = 0xffff;

/**
 * The layout is little endian: user 2 × u32 (high half first), minute u16, as and reason u8 (four bits each),
 * agent u8, context u16, cluster u16, country u16, calls u16, network u32.
 */
export function packRecords(records: readonly PackedRecord[]): Buffer {
  const whole = records.flatMap((record) => {
    const parts = Math.max(1, Math.ceil(record.calls / MAX_CALLS));
    return Array.from({ length: parts }, (_, part) => ({
      ...record,
      calls: Math.min(MAX_CALLS, record.calls - part * MAX_CALLS),
    }));
  });
  const packed = Buffer.alloc(whole.length * RECORD_BYTES);
  whole.forEach((record, at) => {
    const from = at * RECORD_BYTES;
    packed.writeUInt32LE(Number.parseInt(record.user.slice(0, 8), 16), from);
    packed.writeUInt32LE(Number.parseInt(record.user.slice(8), 16), from + 4);
    packed.writeUInt16LE(record.minute, from + 8);
    packed.writeUInt8(record.as * 16 + record.reason, from + 10);
    packed.writeUInt8(record.agent, from + 11);
    packed.writeUInt16LE(record.context, from + 12);
    packed.writeUInt16LE(record.cluster, from + 14);
    packed.writeUInt16LE(record.country, from + 16);
    packed.writeUInt16LE(record.calls, from + 18);
    packed.writeUInt32LE(record.network, from + 20);
  });
  return packed;
}

/** Calls `visit` for each whole record. It makes no objects, since a day has tens of millions of records. */
export function eachRecord(packed: Buffer, visit: RecordVisitor): void {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  for (let from = 0; from + RECORD_BYTES <= packed.length; from += RECORD_BYTES) {
    const served = view.getUint8(from + 10);
    visit(
      view.getUint32(from, true),
      view.getUint32(from + 4, true),
      view.getUint16(from + 8, true),
      served >>> 4,
      served & 15,
      view.getUint16(from + 18, true),
      view.getUint16(from + 12, true),
      view.getUint16(from + 14, true),
      view.getUint16(from + 16, true),
      view.getUint32(from + 20, true),
      view.getUint8(from + 11),
    );
  }
}

/** User hashes as records hold them: low halves by high half. */
export type PackedUsers = ReadonlyMap<number, readonly number[]>;

/** Each of `users` has 16 hexadecimal digits. */
export function packUsers(users: readonly string[]): PackedUsers {
  const lows = new Map<number, number[]>();
  for (const user of users) {
    const high = Number.parseInt(user.slice(0, 8), 16);
    lows.set(high, [...(lows.get(high) ?? []), Number.parseInt(user.slice(8), 16)]);
  }
  return lows;
}

/** Returns the records of all other users; undefined when there is nothing to remove. */
export function withoutUsers(packed: Buffer, users: PackedUsers): Buffer | undefined {
  let remaining: Buffer | undefined;
  let length = 0;
  for (let from = 0; from + RECORD_BYTES <= packed.length; from += RECORD_BYTES) {
    const theirs = users.get(packed.readUInt32LE(from))?.includes(packed.readUInt32LE(from + 4)) ?? false;
    if (theirs && remaining === undefined) {
      remaining = Buffer.from(packed);
      length = from;
    } else if (!theirs && remaining !== undefined) {
      length += packed.copy(remaining, length, from, from + RECORD_BYTES);
    }
  }
  return remaining?.subarray(0, length);
}
