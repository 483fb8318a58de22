import { describe, expect, it } from "vitest";
import { PARAMETERS, strategyFlags, strategyParameters } from "./flags.ts";

describe("strategyFlags", () => {
  it("are the parameters' names in kebab case, as commander reads them back", () => {
    const names = strategyFlags.map(({ flag }) =>
      flag.replaceAll(/-([a-z])/gu, (_, letter: string) => letter.toUpperCase()),
    );
    expect(names).toEqual(Object.keys(PARAMETERS));
  });

  it("have defaults within their ranges", () => {
    expect(
      strategyFlags.filter(
        ({ value, least, most, whole }) =>
          value < least || value > most || (whole && !Number.isInteger(value)),
      ),
    ).toEqual([]);
  });
});

describe("strategyParameters", () => {
  it("takes what is given and leaves the rest at its default", () => {
    const parameters = strategyParameters({ podStartS: 30, threshold: 5, json: true });
    expect(parameters).toEqual({ ...strategyParameters(), podStartS: 30 });
  });

  it.each([
    [{ startInstances: 2.5 }, "--start-instances: must be a whole number from 1 to 1000"],
    [{ hpaTarget: 1.5 }, "--hpa-target: must be a number from 0.05 to 1"],
    [{ patienceS: Number.NaN }, "--patience-s: must be a number from 0.1 to 60"],
  ])("names the flag that is out of its range", (given, message) => {
    expect(() => strategyParameters(given)).toThrow(message);
  });
});
