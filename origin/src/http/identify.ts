/**
 * Answers `POST` and `DELETE /identify`: links a visitor to a user, or unlinks it. These routes are never
 * public. Links are the platform's own traffic, as events are, and not in the audit log.
 */
import { Hono, type Context } from "hono";
import * as z from "zod/mini";
import { ID_FORM, isId, VISITOR_ID } from "@spillway/shared/protocol/wire.ts";
import { isNobody } from "@spillway/shared/signals/plain-value.ts";
import { toIssues } from "@spillway/shared/protocol/zod-issues.ts";
import { link, unlink, type Linked, type Unlinked } from "../identity/identify.ts";
import { isStorageUnavailable, transact, type Database } from "@spillway/store/database.ts";
import { addViewerErasures } from "@spillway/store/events/viewer-erasures.ts";
import { ownerTagOf, type UserHash } from "@spillway/shared/protocol/user-hash.ts";
import { queueWrite } from "@spillway/store/write-queue.ts";
import { readJson } from "./body.ts";
import { requireRole } from "./operators/require-role.ts";
import { refuse, refuseFor, refuseForNow } from "./reply.ts";

export type IdentifyDeps = {
  readonly database: Database;
  readonly hashUser: (user: string) => UserHash;
  /** Viewer states have become void. */
  readonly onErasures: () => void;
  readonly nowMs: () => number;
};

const MAX_BODY_BYTES = 16 * 1024;

const id = z.string().check(
  z.refine(isId, ID_FORM),
  z.refine((text) => !isNobody(text), "stands for no value"),
);
/**
 * A visitor is named by the cookie's value, or, in an app without cookies, by the id that it sent as `user`
 * before the login.
 */
const visitor = z.pipe(
  id,
  z.transform((text: string) => (VISITOR_ID.test(`v_${text}`) ? `v_${text}` : text)),
);
const user = id.check(z.refine((text) => !VISITOR_ID.test(text), "is a visitor's id, and no user's"));
export const linkSchema = z.strictObject({
  visitor,
  user,
  /** From our edge: the id that the browser gets in the visitor's place. */
  successor: z.optional(visitor),
  /** From our edge: when the login came, by the clock that has dated the visitor's events. */
  atMs: z.optional(z.int()),
});
export const unlinkSchema = z.strictObject({ visitor, user: z.optional(user) });

/** Clocks that differ by more are wrong, and not merely apart. */
const MAX_CLOCK_DIFFERENCE_MS = 60_000;

function loginMs(atMs: number | undefined, nowMs: number): number {
  return atMs !== undefined && Math.abs(atMs - nowMs) <= MAX_CLOCK_DIFFERENCE_MS ? atMs : nowMs;
}

export function identifyRoutes(deps: IdentifyDeps): Hono {
  const { database, nowMs } = deps;
  const byOperator = requireRole("operator");
  return new Hono()
    .use("/identify", (c, next) => (c.get("signedByEdge") === undefined ? byOperator(c, next) : next()))
    .post("/identify", (c) =>
      answer(c, linkSchema, (body) => {
        const { visitor: from, user: to, successor } = body;
        const isLogin = c.get("signedByEdge") !== undefined;
        const linkedMs = isLogin ? loginMs(body.atMs, nowMs()) : nowMs();
        const linked = parting(deps, () =>
          link(database, from, to, linkedMs, isLogin ? { successor } : undefined),
        );
        if (linked.kind !== "refused") return c.json({ outcome: linked.kind });
        const { key, reason } = linked;
        return refuse(c, 409, "the visitor was not linked", [{ key, reason }]);
      }),
    )
    .delete((c) =>
      answer(c, unlinkSchema, (body) =>
        c.json({ outcome: parting(deps, () => unlink(database, body.visitor, body.user)).kind }),
      ),
    );
}

async function answer<Body>(
  c: Context,
  schema: z.ZodMiniType<Body>,
  act: (body: Body) => Response,
): Promise<Response> {
  const body = await readJson(c, MAX_BODY_BYTES);
  if (body.kind === "refused") return refuseFor(c, body);
  const parsed = schema.safeParse(body.value);
  if (!parsed.success) return refuse(c, 400, "this is no link", toIssues(parsed.error));
  try {
    return await queueWrite(() => act(parsed.data));
  } catch (error) {
    if (!isStorageUnavailable(error)) throw error;
    return refuseForNow(c);
  }
}

/** Voids the viewer states of those whose history has lost something, in the same transaction. */
function parting<Outcome extends Linked | Unlinked>(
  { database, hashUser, onErasures, nowMs }: IdentifyDeps,
  act: () => Outcome,
): Outcome {
  const outcome = transact(database, () => {
    const done = act();
    const parted = "parted" in done ? done.parted : [];
    const erasedMs = nowMs();
    addViewerErasures(
      database,
      parted.map((person) => ({ ownerTag: ownerTagOf(hashUser(person)), erasedMs })),
      erasedMs,
    );
    return done;
  });
  if ("parted" in outcome && outcome.parted.length > 0) onErasures();
  return outcome;
}
