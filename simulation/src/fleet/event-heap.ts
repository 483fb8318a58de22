/** The queue of future events, ordered by virtual time: a binary heap. */

export class EventHeap<Event> {
  readonly #times: number[] = [];
  readonly #events: Event[] = [];

  /** The time of the earliest event; Infinity when there is none. */
  get nextMs(): number {
    return this.#times[0] ?? Number.POSITIVE_INFINITY;
  }

  push(atMs: number, event: Event): void {
    let at = this.#times.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const parentMs = this.#times[parent] as number;
      if (parentMs <= atMs) break;
      this.#times[at] = parentMs;
      this.#events[at] = this.#events[parent] as Event;
      at = parent;
    }
    this.#times[at] = atMs;
    this.#events[at] = event;
  }

  /** Removes and returns the earliest event. Throws a RangeError when there is none. */
  pop(): Event {
    const first = this.#events[0];
    const lastMs = this.#times.pop();
    const last = this.#events.pop();
    if (first === undefined || lastMs === undefined || last === undefined)
      throw new RangeError("the heap is empty");
    const length = this.#times.length;
    if (length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= length) break;
      if (child + 1 < length && (this.#times[child + 1] as number) < (this.#times[child] as number))
        child += 1;
      if ((this.#times[child] as number) >= lastMs) break;
      this.#times[at] = this.#times[child] as number;
      this.#events[at] = this.#events[child] as Event;
      at = child;
    }
    this.#times[at] = lastMs;
    this.#events[at] = last;
    return first;
  }
}
