import { describe, expect, test } from "vitest";
import { emptyModel } from "../scoring/item-model.ts";
import { NO_SEGMENTS } from "../clusters/taste.ts";
import type { Trained } from "../clusters/learned.ts";
import { trainIfDue, type TrainQuestion } from "./train-if-due.ts";

const catalogue = [1, 2, 3].map((seq) => ({
  seq,
  item: { id: `${seq}`, title: "t", kind: "movie" as const, genres: [], teams: [], takenDown: false },
}));

function last(itemSeqs: readonly number[], trainer: Trained["trainer"] = "ease"): TrainQuestion["last"] {
  const learned = {
    trainer,
    why: "",
    itemSeqs: Uint32Array.from(itemSeqs),
    taste: {
      ...NO_SEGMENTS,
      itemSeqs: new Uint32Array(0),
      directions: new Float32Array(0),
      perSource: new Float32Array(0),
    },
    columns: [],
    plays: new Uint32Array(3),
  };
  return { learned, trainedMs: 1000 };
}

function decide(question: Partial<TrainQuestion>) {
  return trainIfDue({
    last: last([1, 2]),
    imported: undefined,
    catalogue,
    nowMs: 60_000,
    cadenceMs: 900_000,
    ...question,
  });
}

describe("training", () => {
  test("is not due while the model is young and the catalogue only has more items", () => {
    expect(decide({})).toMatchObject({ due: false, trainedMs: 1000, reason: "kept, being 59 s old" });
  });

  test.each<[string, Partial<TrainQuestion>, RegExp]>([
    ["there is no model", { last: undefined }, /no model yet/],
    ["the model is old", { nowMs: 901_000 }, /was 900 s old/],
    ["the catalogue is another", { last: last([2, 3]) }, /catalogue is another/],
    ["the imported model has gone", { last: last([1, 2], "imported") }, /imported any more/],
    [
      "the imported model is for another catalogue",
      { imported: emptyModel(Uint32Array.of(7)) },
      /imported model is for another/,
    ],
  ])("is due when %s", (_, question, reason) => {
    expect(decide(question)).toMatchObject({
      due: true,
      imported: undefined,
      reason: expect.stringMatching(reason) as string,
    });
  });

  test("takes an imported model in every cycle", () => {
    const imported = emptyModel(Uint32Array.of(1, 2));
    expect(decide({ imported })).toMatchObject({ due: true, imported });
  });
});
