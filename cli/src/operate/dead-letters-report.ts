/** Formats dead letters, and the results of replaying them. */
import { counted } from "@spillway/shared/protocol/counted.ts";
import type { Replay } from "@spillway/origin/dead-letters/store-letters.ts";
import type { DeadLetter } from "@spillway/store/operators/letter-store.ts";

export type LetterFacts = {
  readonly id: string;
  readonly receivedAt: string;
  /** It is null until every event of the letter is stored. */
  readonly replayedAt: string | null;
  readonly reason: string;
  readonly bytes: number;
  /** The part of the message that is not stored. */
  readonly body: unknown;
};

const REASON_CHARACTERS = 100;

export function describeLetter(letter: DeadLetter): LetterFacts {
  return {
    id: letter.id,
    receivedAt: new Date(letter.receivedMs).toISOString(),
    replayedAt: letter.replayedMs === null ? null : new Date(letter.replayedMs).toISOString(),
    reason: letter.reason,
    bytes: Buffer.byteLength(letter.body),
    body: JSON.parse(letter.body),
  };
}

export function formatLetters(letters: readonly LetterFacts[]): string {
  if (letters.length === 0) return "There are no dead letters.";
  return letters
    .map(({ id, receivedAt, replayedAt, reason, bytes }) => {
      const state = replayedAt === null ? counted(bytes, "byte") : "replayed";
      const short = reason.length > REASON_CHARACTERS ? `${reason.slice(0, REASON_CHARACTERS - 1)}…` : reason;
      return `${id}  ${receivedAt}  ${state}  ${short}`;
    })
    .join("\n");
}

export function formatLetter({ id, receivedAt, replayedAt, reason, body }: LetterFacts): string {
  const state = replayedAt === null ? "not replayed" : `replayed ${replayedAt}`;
  return `${id}: received ${receivedAt}, ${state}\n${reason}\n${JSON.stringify(body, null, 2)}`;
}

export function formatReplays(replays: readonly Replay[]): string {
  if (replays.length === 0) return "There is nothing to replay.";
  return replays
    .map(({ id, inserted, duplicates, reason }) => {
      const known = duplicates === 0 ? "" : `, ${duplicates} already stored before`;
      const left = reason === undefined ? "nothing is left" : `still invalid: ${reason}`;
      return `${id}  ${counted(inserted, "event")} stored${known}; ${left}`;
    })
    .join("\n");
}
