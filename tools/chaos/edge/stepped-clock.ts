/**
 * The worker as it is deployed, with a clock that can be stepped: `PUT /clock` with milliseconds to add from
 * then on.
 */
// @ts-expect-error -- the bundle, which stands beside this module in workerd
import worker from "./index.js";

type Handlers = {
  readonly fetch: (request: Request, env: object, context: object) => Promise<Response>;
  readonly queue: (batch: object, env: object, context: object) => Promise<void>;
};

const handlers = worker as Handlers;
const realNow = Date.now;
let offsetMs = 0;
Date.now = () => realNow() + offsetMs;

export default {
  fetch: async (request: Request, env: object, context: object): Promise<Response> => {
    if (new URL(request.url).pathname !== "/clock") return handlers.fetch(request, env, context);
    offsetMs = Number(await request.text());
    return new Response(String(offsetMs));
  },
  queue: handlers.queue,
};
