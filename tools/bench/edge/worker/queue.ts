/** A queue, as workerd's binding speaks to it, that takes whatever comes. */

export default {
  async fetch(request: Request): Promise<Response> {
    await request.arrayBuffer();
    return Response.json({ metadata: { metrics: {} } });
  },
};
