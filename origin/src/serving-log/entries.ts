/** One user's day in the serving log as packed entries: 16 bytes for equal responses within one minute. Pure. */

/** Names are numbers in the log's table of names. */
export type ServingEntry = {
  /** Of the UTC day. */
  readonly minute: number;
  /** Positions in LOGGED_AS, LOGGED_REASONS, AGENT_CLASSES of shared/src/serving-log.ts. */
  readonly as: number;
  readonly reason: number;
  readonly agent: number;
  readonly context: number;
  readonly cluster: number;
  readonly country: number;
  readonly network: number;
  readonly calls: number;
};

export const ENTRY_BYTES = 16;
/** More equal responses to one user within one minute are more than one entry. */
const MAX_CALLS = 0xffff;
/** Names of contexts, clusters and countries; those of networks may be more. */
export const MAX_SHORT_NAME = 0xffff;

/** Little endian: minute u16, as and reason u8 (four bits each), agent u8, context u16, cluster u16, country u16, network u32, calls u16. */
export function packEntries(entries: readonly ServingEntry[]): Buffer {
  const whole = entries.flatMap((entry) => {
    const parts = Math.max(1, Math.ceil(entry.calls / MAX_CALLS));
    return Array.from({ length: parts }, (_, part) => ({
      ...entry,
      calls: Math.min(MAX_CALLS, entry.calls - part * MAX_CALLS),
    }));
  });
  const packed = Buffer.alloc(whole.length * ENTRY_BYTES);
  whole.forEach((entry, at) => {
    const from = at * ENTRY_BYTES;
    packed.writeUInt16LE(entry.minute, from);
    packed.writeUInt8(entry.as * 16 + entry.reason, from + 2);
    packed.writeUInt8(entry.agent, from + 3);
    packed.writeUInt16LE(entry.context, from + 4);
    packed.writeUInt16LE(entry.cluster, from + 6);
    packed.writeUInt16LE(entry.country, from + 8);
    packed.writeUInt32LE(entry.network, from + 10);
    packed.writeUInt16LE(entry.calls, from + 14);
  });
  return packed;
}

/** Calls `visit` for each; of a torn blob for those that are whole. No object is made: a day has tens of millions. */
export function eachEntry(
  packed: Buffer,
  visit: (
    minute: number,
    as: number,
    reason: number,
    calls: number,
    context: number,
    cluster: number,
    country: number,
    network: number,
    agent: number,
  ) => void,
): void {
  for (let from = 0; from + ENTRY_BYTES <= packed.length; from += ENTRY_BYTES) {
    const served = packed.readUInt8(from + 2);
    visit(
      packed.readUInt16LE(from),
      served >>> 4,
      served & 15,
      packed.readUInt16LE(from + 14),
      packed.readUInt16LE(from + 4),
      packed.readUInt16LE(from + 6),
      packed.readUInt16LE(from + 8),
      packed.readUInt32LE(from + 10),
      packed.readUInt8(from + 3),
    );
  }
}
