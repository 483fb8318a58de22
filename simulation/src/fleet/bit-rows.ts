/**
 * A table of bits whose rows are added as they are needed: dense, since thousands of rows are looked at by
 * turns.
 */

const BITS = 32;

export class BitRows {
  readonly #wordsOfRow: number;
  #words: Uint32Array;

  /** `columns`: how many bits a row has. */
  constructor(columns: number) {
    this.#wordsOfRow = Math.ceil(columns / BITS);
    this.#words = new Uint32Array(64 * this.#wordsOfRow);
  }

  /** Sets a bit. False when it was set before. */
  add(row: number, column: number): boolean {
    const at = row * this.#wordsOfRow + Math.floor(column / BITS);
    while (at >= this.#words.length) {
      const grown = new Uint32Array(2 * this.#words.length);
      grown.set(this.#words);
      this.#words = grown;
    }
    const word = this.#words[at] ?? 0;
    const set = word | (1 << (column % BITS));
    this.#words[at] = set;
    return word !== set >>> 0;
  }
}
