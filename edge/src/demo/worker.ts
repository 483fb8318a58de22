/**
 * The worker as `pnpm start` runs it: beside all that ships, pages may ask the `start` of this machine to
 * play a spike of the demo, since the edge stays when the origin is killed. A deployed worker has nothing of
 * this.
 */
import type { Bindings } from "../env.ts";
import worker from "../index.ts";
import { readAddress } from "../request/address.ts";

/** @public The runtime finds it by its name. */
export { OriginWatch } from "../index.ts";

type DemoBindings = Bindings & {
  readonly DEMO_CONTROL_URL: string;
  readonly DEMO_CONTROL_TOKEN: string;
};

const PATHS: ReadonlySet<string> = new Set(
  ["", "/kick-off", "/stop", "/kill-origin", "/start-origin"].map((path) => `/demo${path}`),
);
/** Under another name a page of somebody else's, whose name resolves to this machine, would be the edge's own. */
const THIS_MACHINE = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/i;
/** Whether a page may ask is decided there: by its `Origin`, and by what its browser says of it. */
const PASSED_ON = [
  "origin",
  "sec-fetch-site",
  "access-control-request-method",
  "access-control-request-headers",
];
const DEADLINE_MS = 5000;

/** @public `start` names this file to wrangler. */
export default {
  ...worker,
  fetch: (request, env, context) => {
    const { host, path } = readAddress(request.url);
    const isForStart = PATHS.has(path) && THIS_MACHINE.test(host);
    return isForStart ? askStart(request, path, env) : worker.fetch(request, env, context);
  },
} satisfies ExportedHandler<DemoBindings>;

async function askStart(
  request: Request,
  path: string,
  { DEMO_CONTROL_URL, DEMO_CONTROL_TOKEN }: DemoBindings,
): Promise<Response> {
  const headers = new Headers({ authorization: `Bearer ${DEMO_CONTROL_TOKEN}`, "spillway-via": "edge" });
  for (const name of PASSED_ON) {
    const value = request.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  try {
    return await fetch(`${DEMO_CONTROL_URL}${path}`, {
      method: request.method,
      headers,
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
  } catch {
    return Response.json({ reason: "start does not answer" }, { status: 503 });
  }
}
