/**
 * Beside the worker in the same workerd: calls its `queue` handler with what the broker brings, and tells
 * what it said.
 */
type Delivered = {
  readonly queue: string;
  readonly messages: readonly { readonly id: string; readonly body: unknown; readonly attempts: number }[];
};

type Env = { readonly EDGE: { readonly queue: (name: string, messages: object[]) => Promise<object> } };

export default {
  fetch: async (request: Request, { EDGE }: Env): Promise<Response> => {
    const { queue, messages } = (await request.json()) as Delivered;
    const timestamp = new Date();
    return Response.json(
      await EDGE.queue(
        queue,
        messages.map((message) => ({ ...message, timestamp })),
      ),
    );
  },
};
