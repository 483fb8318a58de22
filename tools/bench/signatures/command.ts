/** `pnpm bench signatures`: what the signatures between edge and origin cost. */
import { Command } from "commander";
import { wholeNumber } from "@spillway/kit/commands/number-option.ts";
import type { SignaturesBench } from "./bench-signatures.ts";

export function signaturesCommand(): Command {
  return new Command("signatures")
    .description("signing and verifying a request for a page and its reply, against the form before")
    .option("--exchanges <n>", "in each round, each way", wholeNumber(100, 1_000_000), 5000)
    .option("--rounds <n>", "all ways by turns in each", wholeNumber(1, 100), 5)
    .option("--json", "print one JSON object")
    .addHelpText("after", "\nExit codes: 0 measured; 1 a signature did not hold, or an option is none.")
    .action(async ({ json, ...options }: { exchanges: number; rounds: number; json?: true }) => {
      const { benchSignatures } = await import("./bench-signatures.ts");
      const bench = await benchSignatures(options);
      console.log(json === true ? JSON.stringify(bench) : describe(bench));
    });
}

function describe({ rounds, exchanges, pageBytes, micros, ratio }: SignaturesBench): string {
  return [
    row("time and nonce, as it was before", micros.before),
    row("all that is said (RFC 9421, RFC 9530)", micros.signed, `   ratio ${ratio.signed.toFixed(2)}`),
    row("the same, while the token changes", micros.rotating, `   ratio ${ratio.rotating.toFixed(2)}`),
    "",
    `Medians of ${rounds} rounds of ${exchanges} exchanges, one after the other: the edge signs, the origin verifies and`,
    `proves its reply with a page of ${pageBytes} bytes, the edge verifies.`,
  ].join("\n");
}

function row(name: string, [middle, least, most]: readonly [number, number, number], note = ""): string {
  const spread = `(${least.toFixed(0)}–${most.toFixed(0)})`;
  return `${name.padEnd(42)}${middle.toFixed(0).padStart(5)} µs of processor  ${spread}${note}`;
}
