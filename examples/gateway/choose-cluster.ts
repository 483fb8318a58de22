/** The gateway's rule: of all clusters whose definition a request fulfils, the most specific one. */

/**
 * One entry of `spillway clusters --all --json`; `definition` is such as `team=ESP, entry=ad`, or
 * `everybody`.
 */
export type Cluster = { readonly id: string; readonly definition: string };

export type Signals = Readonly<Record<string, string>>;

export function chooseCluster(clusters: readonly Cluster[], signals: Signals): string {
  let [chosen, most] = ["generic", 0];
  for (const { id, definition } of clusters) {
    const conjuncts = definition.split(", ").map((conjunct) => conjunct.split("="));
    const fulfilled = conjuncts.every(
      ([signal = "", value]) => value !== undefined && signals[signal] === value,
    );
    if (fulfilled && conjuncts.length > most) [chosen, most] = [id, conjuncts.length];
  }
  return chosen;
}
