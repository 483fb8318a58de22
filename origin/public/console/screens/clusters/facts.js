// @ts-check
/** What the origin tells of clusters: the list, and one of them beside others. */
/** @import { ClusterList } from "@spillway/shared/clusters/listed-clusters.ts" */
/** @import { ShownCluster } from "@spillway/shared/clusters/compared-pages.ts" */
import { signal } from "@preact/signals";
import { reasonOf, request } from "../../session.js";

/** Traffic is some 20 s late in any case. */
export const LOOK_EVERY_MS = 20_000;

/**
 * @template Body
 * @typedef {{ body: Body | undefined, problem: string }} Told
 */

/** @type {import("@preact/signals").Signal<Told<ClusterList>>} */
export const listed = signal(/** @type {Told<ClusterList>} */ ({ body: undefined, problem: "" }));

/** @type {import("@preact/signals").Signal<Told<ShownCluster> & { path: string }>} */
export const shown = signal(
  /** @type {Told<ShownCluster> & { path: string }} */ ({ body: undefined, problem: "", path: "" }),
);

/** @param {string} context */
export async function loadList(context) {
  const { body, problem } = await ask(`clusters?context=${context}`);
  // What was said before stays, with its time, where it was of the same context.
  const before = listed.value.body?.context === context ? listed.value.body : undefined;
  listed.value = { body: body ?? before, problem };
}

/** @param {string} cluster @param {string} context */
export async function loadShown(cluster, context) {
  const path = `clusters/pages?cluster=${encodeURIComponent(cluster)}&context=${context}`;
  if (shown.value.path !== path) shown.value = { body: undefined, problem: "", path };
  const { body, problem } = await ask(path);
  // Another one may have been opened meanwhile.
  if (shown.value.path === path) shown.value = { body: body ?? shown.value.body, problem, path };
}

/** @param {string} path */
async function ask(path) {
  try {
    const reply = await request("GET", path);
    return reply.ok
      ? { body: reply.body, problem: "" }
      : {
          body: undefined,
          problem: reply.status === 404 ? "The tree has no such cluster." : reasonOf(reply),
        };
  } catch {
    return { body: undefined, problem: "The origin does not answer; this is what it said last." };
  }
}
