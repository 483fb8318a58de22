/**
 * Reads `Spillway-Served`, such as `cluster;reason=over-threshold;cluster="esp.direct";generation=42;age=17`.
 */

export type Served = {
  /** The rung: individual, tailored, cluster, parent, generic or builtin. A newer Spillway may know more. */
  readonly as: string;
  readonly reason: string | undefined;
  readonly cluster: string | undefined;
  readonly generation: number | undefined;
  readonly ageS: number | undefined;
};

export function readServed(header: string | null): Served {
  // No value of this header holds a semicolon or a quote, so that it needs no parser for all of RFC 9651.
  const [as = "", ...parameters] = (header ?? "unknown").split(";");
  const values = new Map(parameters.map((text) => text.replaceAll('"', "").split("=") as [string, string]));
  const number = (name: string) => (values.has(name) ? Number(values.get(name)) : undefined);
  return {
    as,
    reason: values.get("reason"),
    cluster: values.get("cluster"),
    generation: number("generation"),
    ageS: number("age"),
  };
}

export function describeServed({ as, reason, cluster, ageS }: Served): string {
  if (as === "individual") return `Individual page (${reason}).`;
  if (as === "tailored")
    return `Page tailored at the edge, over that of ${cluster ?? "everybody"} (${reason}).`;
  return `Page of ${cluster ?? "everybody"}, built ${ageS ?? "?"} s ago (${as}, ${reason}).`;
}
