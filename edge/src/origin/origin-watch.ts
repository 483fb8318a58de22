/**
 * Tells isolates when the origin is back. One object for the whole world looks once a second while anybody
 * waits. Were every isolate to look for itself, a returning origin would get many times what it should bear.
 */
import { DurableObject } from "cloudflare:workers";
import { readConfig, type Bindings } from "../env.ts";
import { createFailures } from "../failures.ts";
import { lookForOrigin } from "./look.ts";
import { createOriginCall } from "./origin-call.ts";
import { createWatch } from "./watch-until-back.ts";

export class OriginWatch extends DurableObject<Bindings> {
  /** Looks that find nobody are no failures to report. */
  readonly #call = createOriginCall(
    readConfig(this.env).origin,
    createFailures(() => undefined),
  );
  readonly #watch = createWatch({
    look: () => lookForOrigin(this.#call, Date.now()),
    clock: Date.now,
    sleep: (ms) => scheduler.wait(ms),
  });

  /** Resolves as soon as the origin answers, or with `away` when it has not for a while. */
  untilBack(): Promise<"back" | "away"> {
    return this.#watch();
  }
}
