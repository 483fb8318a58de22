/** A process of its own for what is measured, so that its peak of memory is its own. */
import { measure, type MeasureOptions } from "./measure.ts";

process.once("message", (options: MeasureOptions) => {
  measure(options).then(
    (measurement) => {
      process.send?.(measurement);
      process.disconnect?.();
    },
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
