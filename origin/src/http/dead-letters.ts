/**
 * Answers `POST /dead-letters`: stores what our edge's queues could not deliver, as events or as dead
 * letters; then answers 202.
 */
import { Hono } from "hono";
import * as z from "zod/mini";
import { toIssues } from "@spillway/shared/protocol/zod-issues.ts";
import { storeLetters, type StoredLetters } from "../dead-letters/store-letters.ts";
import { isStorageUnavailable } from "@spillway/store/database.ts";
import { queueWrite } from "@spillway/store/write-queue.ts";
import { unsigned } from "./auth.ts";
import { readJson } from "./body.ts";
import type { EventsDeps } from "./events.ts";
import { refuse, refuseFor, refuseForNow } from "./reply.ts";

/** More than ten messages of the platform's largest size, 128 KB. */
const MAX_BODY_BYTES = 2 * 1024 * 1024;

export const lettersSchema = z.object({ letters: z.array(z.unknown()).check(z.maxLength(100)) });

export function deadLettersRoutes(deps: EventsDeps): Hono {
  const { database, eventsBudget, metrics, nowMs } = deps;
  return new Hono().post("/dead-letters", async (c) => {
    if (c.get("signedByEdge") === undefined) return unsigned(c);
    const body = await readJson(c, MAX_BODY_BYTES);
    if (body.kind === "refused") return refuseFor(c, body);
    const parsed = lettersSchema.safeParse(body.value);
    if (!parsed.success) return refuse(c, 400, "these are no letters", toIssues(parsed.error));
    if (!eventsBudget.isLeft()) return refuseForNow(c);
    let stored: StoredLetters;
    try {
      stored = await queueWrite(() =>
        eventsBudget.spend(() => storeLetters(database, parsed.data.letters, nowMs())),
      );
    } catch (error) {
      if (!isStorageUnavailable(error)) throw error;
      metrics.storageUnavailable.inc({ route: "/dead-letters" });
      return refuseForNow(c);
    }
    metrics.eventsStored.inc(stored.inserted);
    metrics.eventsDuplicate.inc(stored.duplicates);
    metrics.eventsRefused.inc(stored.kept);
    return c.json(stored, 202);
  });
}
