/** What carries a viewer's state to the edge: the viewer cookie, or the viewer map in KV. */
export const CARRIERS = ["cookie", "map"] as const;
export type Carrier = (typeof CARRIERS)[number];
