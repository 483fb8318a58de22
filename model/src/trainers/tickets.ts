/**
 * Pieces of work that threads take in one order, each as it has time. A piece may need all before some other
 * one to be done. No thread need take part: whoever waits, waits for pieces that others are at. Pure.
 */

/** Where each number stands; all are 0 at first. */
const [TAKEN, DONE, STOPPED] = [0, 1, 2] as const;
export const TICKETS = 3;

/** More than there are pieces: whoever waits for a piece then wakes. */
const BEYOND_ALL = 2 ** 30;

export function takeTicket(tickets: Int32Array): number {
  return Atomics.add(tickets, TAKEN, 1);
}

/** Waits until the first `before` pieces are done; false when there is nothing more to do. */
export function waitForPieces(tickets: Int32Array, before: number): boolean {
  for (;;) {
    const done = Atomics.load(tickets, DONE);
    if (Atomics.load(tickets, STOPPED) !== 0) return false;
    if (done >= before) return true;
    Atomics.wait(tickets, DONE, done);
  }
}

/** A piece is done. Wakes who waits where that makes it one of the `counts` that are waited for. */
export function endTicket(tickets: Int32Array, ...counts: readonly number[]): void {
  const done = Atomics.add(tickets, DONE, 1) + 1;
  if (counts.includes(done)) Atomics.notify(tickets, DONE);
}

/** Whoever takes or waits for a piece ends. */
export function stopTickets(tickets: Int32Array): void {
  Atomics.store(tickets, STOPPED, 1);
  Atomics.add(tickets, DONE, BEYOND_ALL);
  Atomics.notify(tickets, DONE);
}

/** How many pieces are done, of `all`; and again, whenever that is waited for. Ends with the last. */
export async function* piecesDone(tickets: Int32Array, all: number): AsyncGenerator<number, void> {
  for (;;) {
    const done = Atomics.load(tickets, DONE);
    if (Atomics.load(tickets, STOPPED) !== 0) return;
    yield done;
    if (done >= all) return;
    await Atomics.waitAsync(tickets, DONE, done).value;
  }
}
