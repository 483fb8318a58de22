/** Formats what is stored about a user, and what was erased. */
import { counted } from "@spillway/shared/protocol/counted.ts";
import { textTable } from "@spillway/kit/charts/table.ts";
import type { Erased, UserData } from "@spillway/origin/identity/user-data.ts";
import type { ProfileRow } from "@spillway/store/profiles/profiles.ts";
import { toProfile } from "@spillway/store/profiles/stored-profile.ts";
import { describeLetter } from "./dead-letters-report.ts";
import { describeSuspect } from "./suspects-report.ts";

const MINUTE_MS = 60_000;

export type DescribedUser = ReturnType<typeof describeUser>;

/** Returns the exported form: times are ISO 8601, and items are named by their ids. */
export function describeUser(user: string, data: UserData, seqsById: ReadonlyMap<string, number>) {
  const idOfSeq = new Map(seqsById.entries().map(([id, seq]) => [seq, id]));
  const describe = (row: ProfileRow) => {
    const { history, hidden, signals, visits, updatedMs } = toProfile(row);
    return {
      id: row.user,
      source: row.source,
      visits,
      updated: iso(updatedMs),
      arrival: {
        first: isoOrNull(row.arrivedMs),
        latest: isoOrNull(row.seenMs),
        proof: row.proof ?? null,
        network: row.network ?? null,
      },
      signals: signals ?? null,
      history: history.map(({ item, weight, timeMs, progress }) => ({
        item: idOfSeq.get(item) ?? null,
        weight,
        time: iso(timeMs),
        ...(progress !== undefined && { progress }),
      })),
      hidden: hidden.map(({ item, timeMs }) => ({ item: idOfSeq.get(item) ?? null, time: iso(timeMs) })),
    };
  };
  return {
    user,
    links: data.links.map(({ visitor, linkedMs }) => ({ visitor, linked: iso(linkedMs) })),
    profile: data.profile === undefined ? null : describe(data.profile),
    profilesById: data.ownProfiles.map(describe),
    events: data.events.map(({ timeMs, receivedMs, signals, ...event }) => ({
      ...event,
      time: iso(timeMs),
      received: iso(receivedMs),
      signals: signals === null ? null : (JSON.parse(signals) as unknown),
    })),
    servingLog: data.servingLog.map(({ minute, ...record }) => ({
      ...record,
      time: iso(minute * MINUTE_MS),
    })),
    suspects: data.suspects.map(describeSuspect),
    deadLetters: data.deadLetters.map(describeLetter),
    sample: data.sample.map(({ minute, ...tuple }) => ({ ...tuple, time: iso(minute * MINUTE_MS) })),
  };
}

export function isNothing({
  links,
  profile,
  events,
  servingLog,
  suspects,
  deadLetters,
  sample,
}: DescribedUser): boolean {
  return (
    profile === null &&
    [links, events, servingLog, suspects, deadLetters, sample].every(({ length }) => length === 0)
  );
}

export function formatUser({ user, profile, profilesById, ...lists }: DescribedUser): string {
  const { links, events, servingLog, suspects, deadLetters, sample } = lists;
  const known =
    profile === null
      ? "none"
      : `${counted(profile.history.length, "item")}, ${counted(profile.visits, "visit")}, ${profile.source}`;
  return textTable({
    head: [user, "", ""],
    rows: [
      ["linked visitors", String(links.length), links.map(({ visitor }) => visitor).join(", ")],
      ["profile", String((profile === null ? 0 : 1) + profilesById.length), known],
      ["events", String(events.length), span(events)],
      ["serving log", String(servingLog.length), span(servingLog)],
      ["suspects", String(suspects.length), suspects.map(({ hash }) => hash).join(", ")],
      ["dead letters", String(deadLetters.length), deadLetters.map(({ id }) => id).join(", ")],
      ["sample, not folded yet", String(sample.length), ""],
    ],
    align: ["left", "right", "left"],
    note: "--json prints all of it.",
  });
}

/** The note names what was searched, and what never holds a user's id. */
export function formatErased(user: string, erased: Erased): string {
  return textTable({
    head: [`erased of ${user}`, ""],
    rows: [
      ["links to visitors", String(erased.links)],
      ["profiles", String(erased.profiles)],
      ["events", String(erased.events)],
      ["records of the serving log", String(erased.servingLog)],
      [
        "entries on the list of suspects",
        `${erased.suspects}${erased.suspects > 0 ? ", which is published again" : ""}`,
      ],
      ["dead letters", String(erased.deadLetters)],
      ["sample, not folded yet", String(erased.sample)],
    ],
    align: ["left", "right"],
    note:
      "Events from before now that still wait in a queue or an outbox will not be stored. The next cycle learns without the user.\n" +
      "KV holds no user's id, and engagement is stored as sums over users. Records of the last minute, and those that wait in a\n" +
      "queue, may still arrive in the serving log; then erase again. Records that were hashed with another key are not found.\n" +
      "Backups and the platform's own logs are not searched.",
  });
}

function span(list: readonly { readonly time: string }[]): string {
  const times = list.map(({ time }) => time).toSorted();
  const [first] = times;
  return first === undefined ? "" : `${first} – ${times.at(-1)}`;
}

function isoOrNull(ms: number | null | undefined): string | null {
  return ms === null || ms === undefined ? null : iso(ms);
}

/** A client may send a time that is outside the range of Date. */
function iso(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? String(ms) : date.toISOString();
}
