/**
 * Whole numbers as bits, the highest bit first: plain, with their length before them, Rice-coded, and
 * ascending sets as Rice-coded gaps. Pure.
 *
 * Rice code (R. F. Rice, 1979) with parameter k: value >>> k in unary, then the k low bits. A quotient of
 * {@link ESCAPE} or more is written as that many ones and the whole value in 32 bits, so that one outlier
 * cannot fill the room.
 */

const ESCAPE = 16;
const MAX_RICE = 31;

/** Bytes that may be read behind the last one, so that reading needs no check at each step. */
export const PADDING_BYTES = 8;

export type BitWriter = {
  /** `count`: 0 to 32. */
  readonly bits: (value: number, count: number) => void;
  /** `value` below 2³¹: 5 bits for its length, then the bits below the leading one. */
  readonly number: (value: number) => void;
  readonly signed: (value: number) => void;
  readonly rice: (value: number, k: number) => void;
  /** Whole numbers below 2³² that ascend, without their count; it chooses its own k. */
  readonly ascending: (values: ArrayLike<number>) => void;
  readonly done: () => Uint8Array<ArrayBuffer>;
};

export function createBitWriter(): BitWriter {
  let bytes = new Uint8Array(512);
  let length = 0;
  /** The bits that fill no byte yet, fewer than 8. */
  let waiting = 0;
  let waitingCount = 0;

  function bits(value: number, count: number): void {
    if (count > 16) {
      bits(value >>> 16, count - 16);
      bits(value & 0xffff, 16);
      return;
    }
    waiting = (waiting << count) | (value & ((1 << count) - 1));
    waitingCount += count;
    while (waitingCount >= 8) {
      waitingCount -= 8;
      if (length === bytes.length) bytes = longer(bytes);
      bytes[length] = waiting >>> waitingCount;
      length += 1;
    }
    waiting &= (1 << waitingCount) - 1;
  }

  function number(value: number): void {
    const digits = 32 - Math.clz32(value);
    bits(digits, 5);
    if (digits > 1) bits(value, digits - 1);
  }

  function rice(value: number, k: number): void {
    const quotient = value >>> k;
    if (quotient >= ESCAPE) {
      bits(2 ** ESCAPE - 1, ESCAPE);
      bits(value, 32);
      return;
    }
    const unary = (2 << quotient) - 2;
    const count = quotient + 1 + k;
    if (count <= 16) return bits((unary << k) | (value & ((1 << k) - 1)), count);
    bits(unary, quotient + 1);
    bits(value, k);
  }

  return {
    bits,
    number,
    signed: (value) => number(value < 0 ? -2 * value - 1 : 2 * value),
    rice,
    ascending: (values) => {
      const gaps = gapsOf(values);
      const k = bestRice(gaps);
      bits(k, 5);
      for (let at = 0; at < gaps.length; at += 1) rice(gaps[at]!, k);
    },
    done: () => {
      if (waitingCount > 0) bits(0, 8 - waitingCount);
      return bytes.slice(0, length);
    },
  };
}

function longer(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const twice = new Uint8Array(bytes.length * 2);
  twice.set(bytes);
  return twice;
}

function gapsOf(ascending: ArrayLike<number>): Float64Array {
  const gaps = new Float64Array(ascending.length);
  let next = 0;
  for (let at = 0; at < gaps.length; at += 1) {
    const value = ascending[at]!;
    gaps[at] = value - next;
    next = value + 1;
  }
  return gaps;
}

/**
 * The k with which `values` take fewest bits, at most `most`. It is sought from that of their mean, which is
 * the best one but where outliers are among them.
 */
export function bestRice(values: ArrayLike<number>, most = MAX_RICE): number {
  let sum = 0;
  for (let at = 0; at < values.length; at += 1) sum += values[at]!;
  const mean = sum / Math.max(1, values.length);
  let k = Math.min(most, Math.floor(Math.log2(mean + 1)));
  let bits = riceBitsOf(values, k);
  for (const step of [1, -1]) {
    while (k + step >= 0 && k + step <= most) {
      const next = riceBitsOf(values, k + step);
      if (next >= bits) break;
      k += step;
      bits = next;
    }
  }
  return k;
}

function riceBitsOf(values: ArrayLike<number>, k: number): number {
  let bits = 0;
  for (let at = 0; at < values.length; at += 1) {
    const quotient = values[at]! >>> k;
    bits += quotient >= ESCAPE ? ESCAPE + 32 : quotient + 1 + k;
  }
  return bits;
}

/**
 * Reads what {@link createBitWriter} wrote. Behind the end it reads zeros; whoever reads counts first
 * ({@link BitReader.left}), and asks at the end whether it all was there ({@link BitReader.isDone}).
 */
export class BitReader {
  readonly #bytes: Uint8Array;
  /** From here on only zeros are read. */
  readonly #last: number;
  readonly #end: number;
  #at: number;

  /** `room` is where the bytes are copied to. Its owner gives it to one reader at a time. */
  constructor(bytes: Uint8Array, fromByte: number, room = new Uint8Array(bytes.length + PADDING_BYTES)) {
    room.set(bytes);
    room.fill(0, bytes.length, bytes.length + PADDING_BYTES);
    this.#bytes = room;
    this.#last = bytes.length;
    this.#end = bytes.length * 8;
    this.#at = fromByte * 8;
  }

  /** The next 32 bits. */
  #window(): number {
    const bytes = this.#bytes;
    const byte = Math.min(this.#at >>> 3, this.#last);
    const shift = this.#at & 7;
    const high = (bytes[byte]! << 24) | (bytes[byte + 1]! << 16) | (bytes[byte + 2]! << 8) | bytes[byte + 3]!;
    return (high << shift) | (bytes[byte + 4]! >>> (8 - shift));
  }

  bits(count: number): number {
    if (count === 0) return 0;
    const value = this.#window() >>> (32 - count);
    this.#at += count;
    return value;
  }

  number(): number {
    const length = this.bits(5);
    return length === 0 ? 0 : 2 ** (length - 1) + this.bits(length - 1);
  }

  signed(): number {
    const value = this.number();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  plain(count: number, bits: number): Uint32Array {
    const values = new Uint32Array(count);
    for (let at = 0; at < count; at += 1) values[at] = this.bits(bits);
    return values;
  }

  /** `count` values, one after the other; the caller knows that the bits left are not fewer. */
  rices(count: number, k: number): Uint32Array {
    const bytes = this.#bytes;
    const last = this.#last;
    const values = new Uint32Array(count);
    // The loop keeps all in local variables: it is most of what reading a viewer state takes.
    let bit = this.#at;
    for (let at = 0; at < count; at += 1) {
      const byte = Math.min(bit >>> 3, last);
      const shift = bit & 7;
      const high =
        (bytes[byte]! << 24) | (bytes[byte + 1]! << 16) | (bytes[byte + 2]! << 8) | bytes[byte + 3]!;
      const window = (high << shift) | (bytes[byte + 4]! >>> (8 - shift));
      const quotient = Math.clz32(~window);
      if (quotient + k < 32 && quotient < ESCAPE) {
        const low = (window << quotient) & 0x7fff_ffff;
        values[at] = (quotient << k) | (low >>> (31 - k));
        bit += quotient + 1 + k;
        continue;
      }
      this.#at = bit + (quotient < ESCAPE ? quotient + 1 : ESCAPE);
      values[at] = quotient < ESCAPE ? (quotient << k) + this.bits(k) : this.bits(32);
      bit = this.#at;
    }
    this.#at = bit;
    return values;
  }

  /** Undefined where fewer bits are left than `count` values take, or one is too large. */
  ascending(count: number): Uint32Array | undefined {
    if (this.left() < count) return undefined;
    const values = this.rices(count, this.bits(5));
    let next = 0;
    for (let at = 0; at < count; at += 1) {
      const value = next + values[at]!;
      if (value > 0xffff_ffff) return undefined;
      values[at] = value;
      next = value + 1;
    }
    return values;
  }

  left(): number {
    return this.#end - this.#at;
  }

  /** Whether all was read and no more: less than a byte is left, and it is zero. */
  isDone(): boolean {
    const left = this.left();
    return left >= 0 && left < 8 && this.bits(left) === 0;
  }
}
