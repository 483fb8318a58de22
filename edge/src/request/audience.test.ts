import { expect, test } from "vitest";
import { parametersOf } from "@spillway/shared/protocol/parameters.ts";
import { readQuery } from "@spillway/shared/protocol/request-query.ts";
import type { Audience } from "@spillway/shared/protocol/restrictions.ts";
import { audienceOf } from "./audience.ts";
import { requestSignals } from "./request-signals.ts";

type Asking = {
  readonly search?: string;
  readonly country?: string;
  readonly cookie?: string;
  readonly proven?: number;
  readonly trusted?: boolean;
};

function audience({ search = "", country, cookie, proven, trusted = false }: Asking): Audience {
  const headers = new Headers(cookie === undefined ? {} : { cookie });
  const incoming = {
    address: { path: "/recommendations", host: "edge.example", search, secure: true },
    headers,
    country,
  };
  const asked = readQuery(parametersOf(search));
  if (asked.kind === "refused") throw new Error(`${asked.key} ${asked.reason}`);
  return audienceOf(
    { incoming, query: asked.query, provenAgeLimit: proven },
    requestSignals(incoming, undefined),
    {
      trustsCountryParameter: trusted,
    },
  );
}

test.each<[Asking, string | undefined]>([
  [{}, undefined],
  [{ country: "GB" }, "GB"],
  [{ country: "gb" }, "GB"],
  [{ country: "GB", search: "?region=US" }, "GB"],
  [{ country: "GB", search: "?country=US" }, "GB"],
  [{ country: "XX", search: "?region=US" }, undefined],
  [{ country: "T1", search: "?country=US" }, undefined],
  [{ country: "XK" }, "XK"],
  [{ search: "?region=us" }, "US"],
  [{ search: "?country=us&region=GB" }, "US"],
  [{ search: "?region=UK" }, undefined],
  [{ country: "GB", search: "?country=US", trusted: true }, "US"],
  [{ country: "GB", search: "?region=US", trusted: true }, "US"],
  [{ country: "GB", trusted: true }, "GB"],
])("%j is in %s", (asking, country) => {
  expect(audience(asking).country).toBe(country);
});

test.each<[Asking, number | undefined]>([
  [{}, undefined],
  [{ search: "?rating=12" }, 12],
  [{ cookie: "rating=7" }, 7],
  [{ cookie: "a=1; rating=7", search: "?rating=12" }, 7],
  [{ cookie: "rating=16", search: "?rating=12" }, 12],
  [{ proven: 12, search: "?rating=18" }, 12],
  [{ proven: 12, cookie: "rating=18" }, 12],
  [{ proven: 12, search: "?rating=6" }, 6],
  [{ proven: 0 }, 0],
  [{ cookie: "rating=" }, undefined],
  [{ cookie: "my_rating=7" }, undefined],
  // What cannot be read was meant as a limit.
  [{ cookie: "rating=PG-13" }, 0],
  [{ cookie: "rating=99" }, 0],
  [{ search: "?rating=undefined" }, undefined],
])("%j has the age limit %s", (asking, ageLimit) => {
  expect(audience(asking).ageLimit).toBe(ageLimit);
});
