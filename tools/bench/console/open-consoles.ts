/** Signs in at an origin, and keeps consoles open in a process of their own. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

export type AskedOfConsoles =
  | { readonly kind: "begin"; readonly url: string; readonly cookie: string; readonly consoles: number }
  | { readonly kind: "turn"; readonly isOpen: boolean };

/** How often they have asked since the last turn. */
export type ConsolesAsked = { readonly asked: number };

export type Consoles = Disposable & {
  /** Lets them ask, or not. Resolves with how often they have asked since it was last called. */
  readonly turn: (isOpen: boolean) => Promise<number>;
};

const CONSOLES = fileURLToPath(new URL("consoles-process.ts", import.meta.url));

/** @returns The session's cookie, as a request carries it. */
export async function signIn(originUrl: string, token: string): Promise<string> {
  const response = await fetch(`${originUrl}/console/session`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token }),
  });
  const [cookie = ""] = response.headers.getSetCookie().map((one) => one.split(";", 1)[0] ?? "");
  if (!response.ok || cookie === "") throw new Error(`signing in was answered ${response.status}`);
  return cookie;
}

/** They ask nothing before the first `turn`. */
export function startConsoles(url: string, cookie: string, consoles: number): Consoles {
  const child = fork(CONSOLES, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  child.send({ kind: "begin", url, cookie, consoles } satisfies AskedOfConsoles);
  const ended = once(child, "exit").then(() => Promise.reject(new Error("the consoles ended: see above")));
  // They also end when nobody waits for a turn.
  ended.catch(() => undefined);
  return {
    turn: async (isOpen) => {
      const answered = new Promise<ConsolesAsked>((resolve) => child.once("message", resolve));
      child.send({ kind: "turn", isOpen } satisfies AskedOfConsoles);
      const { asked } = await Promise.race([answered, ended]);
      return asked;
    },
    [Symbol.dispose]: () => child.kill("SIGKILL"),
  };
}
