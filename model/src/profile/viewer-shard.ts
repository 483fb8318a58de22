/**
 * A shard of the viewer map as bytes, and the one state in it that is asked for. Format 1: the byte 1, three
 * zero bytes, the number of users (u32, little endian); their hashes (u64, big endian), ascending; where each
 * one's state ends (u32, little endian), counted from the first; the packed states. Pure.
 */
const FORMAT = 1;
const HEAD_BYTES = 8;
const HASH_BYTES = 8;
const END_BYTES = 4;

export type ShardEntry = {
  /** 16 hexadecimal digits. */
  readonly hash: string;
  /** A packed state (viewer-state-codec.ts). */
  readonly state: Uint8Array;
};

/** Of two entries of one hash the first stays. */
export function packShard(entries: readonly ShardEntry[]): Uint8Array<ArrayBuffer> {
  const ascending = entries
    .toSorted((a, b) => (a.hash < b.hash ? -1 : a.hash > b.hash ? 1 : 0))
    .filter(({ hash }, at, all) => hash !== all[at - 1]?.hash);
  const stateBytes = ascending.reduce((sum, { state }) => sum + state.length, 0);
  const firstState = HEAD_BYTES + ascending.length * (HASH_BYTES + END_BYTES);
  const bytes = new Uint8Array(firstState + stateBytes);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, FORMAT);
  view.setUint32(4, ascending.length, true);
  const firstEnd = HEAD_BYTES + ascending.length * HASH_BYTES;
  let end = 0;
  ascending.forEach(({ hash, state }, at) => {
    view.setBigUint64(HEAD_BYTES + at * HASH_BYTES, BigInt(`0x${hash}`));
    bytes.set(state, firstState + end);
    end += state.length;
    view.setUint32(firstEnd + at * END_BYTES, end, true);
  });
  return bytes;
}

/** The number of users; undefined for what is no shard. Each lookup checks the rest. */
export function usersOfShard(bytes: Uint8Array): number | undefined {
  if (bytes.length < HEAD_BYTES || bytes[0] !== FORMAT) return undefined;
  const users = viewOf(bytes).getUint32(4, true);
  return HEAD_BYTES + users * (HASH_BYTES + END_BYTES) <= bytes.length ? users : undefined;
}

/** The packed state of the user; undefined where the shard has none. */
export function stateInShard(bytes: Uint8Array, hash: string): Uint8Array | undefined {
  const users = usersOfShard(bytes);
  if (users === undefined) return undefined;
  const view = viewOf(bytes);
  const [high, low] = [Number.parseInt(hash.slice(0, 8), 16), Number.parseInt(hash.slice(8), 16)];
  let [from, to] = [0, users];
  while (from < to) {
    const middle = (from + to) >>> 1;
    const at = HEAD_BYTES + middle * HASH_BYTES;
    const difference = view.getUint32(at) - high || view.getUint32(at + 4) - low;
    if (difference === 0) return stateAt(bytes, view, users, middle);
    if (difference < 0) from = middle + 1;
    else to = middle;
  }
  return undefined;
}

function stateAt(bytes: Uint8Array, view: DataView, users: number, place: number): Uint8Array | undefined {
  const firstEnd = HEAD_BYTES + users * HASH_BYTES;
  const firstState = firstEnd + users * END_BYTES;
  const from = place === 0 ? 0 : view.getUint32(firstEnd + (place - 1) * END_BYTES, true);
  const to = view.getUint32(firstEnd + place * END_BYTES, true);
  return from < to && firstState + to <= bytes.length
    ? bytes.subarray(firstState + from, firstState + to)
    : undefined;
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
