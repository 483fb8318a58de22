/** Calls a running Spillway as a client, and reads its responses. */
import type { Page } from "@spillway/shared/protocol/page.ts";

export type Seen = {
  readonly status: number;
  /** The rung of the ladder, such as `individual` or `cluster`. */
  readonly servedAs: string;
  readonly served: Readonly<Record<string, string>>;
  readonly page: Page;
  readonly headers: Headers;
};

export async function see(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Seen> {
  const response = await fetch(url, { headers });
  const text = await response.text();
  const [servedAs = "", ...parameters] = (response.headers.get("spillway-served") ?? "").split(";");
  const served = Object.fromEntries(
    parameters.map((parameter) => {
      const [key = "", value = ""] = parameter.split("=");
      return [key, value.replaceAll('"', "")];
    }),
  );
  return {
    status: response.status,
    servedAs,
    served,
    page: (text === "" ? {} : JSON.parse(text)) as Page,
    headers: response.headers,
  };
}

export function itemIds({ page }: Seen): string[] {
  return page.carousels.flatMap(({ items }) => items.map(({ id }) => id));
}

/** Reads a metric, summed over its labels; it is 0 while there is no sample. */
export async function metric(originUrl: string, name: string): Promise<number> {
  const text = await (await fetch(`${originUrl}/metrics`)).text();
  return text
    .split("\n")
    .filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
    .reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
}

/** Returns a routing file with one band for the whole day. */
export function routingWith(options: {
  readonly threshold: number;
  readonly mode?: string;
  readonly rules?: string;
}): string {
  return `
time_zone = "Europe/Madrid"
mode = "${options.mode ?? "auto"}"
deadline_ms = 250
[[bands]]
name = "all day"
from = "00:00"
threshold_per_s = ${options.threshold}
${options.rules ?? ""}
`;
}
