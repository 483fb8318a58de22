/** The command that plays a rehearsal in a terminal. It imports nothing: the console has it too. */

/** The flag of each number. */
const FLAGS = {
  thresholdPerSec: "threshold",
  base: "base",
  peak: "peak",
  originInstances: "origins",
  maxInFlight: "in-flight",
  locations: "locations",
  isolatePerSec: "isolate-rate",
  deadlineMs: "deadline",
  seed: "seed",
} as const;

/** Bounds of a number; `value` is the default. */
export type Limits = { readonly least: number; readonly most: number; readonly value: number };

export type RehearsalNumbers = { readonly [Name in keyof typeof FLAGS]: number };

export type NamedRehearsal = RehearsalNumbers & {
  readonly scenario: string;
  readonly viewers: string | undefined;
  /** Whether the spike is expected. */
  readonly armed: boolean;
};

/** What is as by default is not said. */
export function rehearsalCommand(asked: NamedRehearsal, defaults: RehearsalNumbers): string {
  const { scenario, viewers, armed } = asked;
  const what = scenario === "strategies" ? "--strategies" : `--scenario ${scenario}`;
  const flags = (Object.keys(FLAGS) as (keyof typeof FLAGS)[])
    // The day's own figures are fitted.
    .filter((name) => asked[name] !== defaults[name] && (scenario !== "day" || name === "seed"))
    .map((name) => ` --${FLAGS[name]} ${asked[name]}`);
  const who = viewers === undefined ? "" : ` --viewers ${viewers.replaceAll(/\s/g, "")}`;
  return `pnpm rehearse ${what}${flags.join("")}${armed ? " --armed" : ""}${who}`;
}
