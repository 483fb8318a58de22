/** What the origin tells of a rollout: `GET /routing/rollout`, for the command line and the console. */
import * as z from "zod/mini";

const count = z.number();
const time = z.string();

const guardSchema = z.object({
  /** As it was written: `generic share < 5%`. */
  guard: z.string(),
  state: z.enum(["holds", "breached", "undecided"]),
  /** What it has seen, in words. */
  text: z.string(),
  /** The arms' own figures as shares; null where nothing was seen. */
  current: z.nullable(count),
  candidate: z.nullable(count),
  /** The figure that is judged, its interval, and its limit; the interval holds at every moment at once. */
  value: z.nullable(count),
  from: z.nullable(count),
  to: z.nullable(count),
  limit: count,
  users: z.object({ current: count, candidate: count }),
});

export const rolloutStatusSchema = z.object({
  id: z.string(),
  /** `announced`: no stage holds yet. */
  state: z.enum(["announced", "on", "completed", "aborted", "superseded"]),
  /** All of it in one sentence. */
  sentence: z.string(),
  currentVersion: count,
  candidateVersion: count,
  by: z.optional(z.string()),
  note: z.optional(z.string()),
  begunAt: time,
  /** How long a stage holds at least. */
  everyMs: count,
  /** The share of visitors that obey the candidate now. */
  share: count,
  stages: z.array(
    z.object({
      share: count,
      /** Null for one that has not been announced. */
      holdsFrom: z.nullable(time),
      state: z.enum(["past", "on", "announced", "planned"]),
    }),
  ),
  /** What it waits for; null once it has ended. */
  waiting: z.nullable(z.object({ why: z.string(), text: z.string(), until: z.nullable(time) })),
  guards: z.array(guardSchema),
  /** Keys that change for everybody with the last stage. */
  changesAtTheEnd: z.array(z.string()),
  /** Isolates by what they obey, as they say; null: they do not. */
  isolates: z.array(z.object({ version: z.nullable(count), candidate: z.nullable(count), isolates: count })),
  end: z.optional(
    z.object({ how: z.enum(["completed", "aborted", "superseded"]), at: time, reason: z.string() }),
  ),
});

/** Null before the first rollout. */
export const rolloutAnswerSchema = z.object({ rollout: z.nullable(rolloutStatusSchema) });

export type RolloutStatus = z.infer<typeof rolloutStatusSchema>;
export type GuardStatus = z.infer<typeof guardSchema>;
