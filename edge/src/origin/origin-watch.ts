/**
 * Tells isolates when the origin is back, and of an aborted rollout. One object for the whole world looks
 * once a second while anybody waits. Were every isolate to look for itself, a returning origin would get many
 * times what it should bear.
 */
import { DurableObject } from "cloudflare:workers";
import { HEADER } from "@spillway/shared/protocol/wire.ts";
import { parseAborted } from "@spillway/shared/routing/rollout/aborted.ts";
import { readConfig, type Bindings } from "../env.ts";
import { createFailures } from "../failures.ts";
import { lookForOrigin } from "./look.ts";
import { createOriginCall } from "./origin-call.ts";
import { createWatch, sharedLook } from "./watch-until-back.ts";

export class OriginWatch extends DurableObject<Bindings> {
  /** Looks that find nobody are no failures to report. */
  readonly #call = createOriginCall(
    readConfig(this.env).origin,
    createFailures(() => undefined),
    (headers) => (this.#aborted = parseAborted(headers.get(HEADER.rollout)) ?? this.#aborted),
  );
  #aborted: string | undefined;
  readonly #look = sharedLook(() => lookForOrigin(this.#call, Date.now()), Date.now);
  readonly #watch = createWatch({
    look: this.#look,
    clock: Date.now,
    sleep: (ms) => scheduler.wait(ms),
  });

  /** Resolves as soon as the origin answers, or with `away` when it has not for a while. */
  untilBack(): Promise<"back" | "away"> {
    return this.#watch();
  }

  /** The rollout that was aborted last, for isolates that hear nothing from the origin themselves. */
  async abortedRollout(): Promise<string | undefined> {
    await this.#look();
    return this.#aborted;
  }
}
