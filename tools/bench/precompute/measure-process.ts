/** A process of its own for what is measured, so that its peak of memory is its own. */
import { measureCurvePoint } from "./measure-curve.ts";
import { measure } from "./measure.ts";
import type { MeasureOptions } from "./seeded-store.ts";
import type { Measured } from "./measurement.ts";

type Task = { readonly kind: keyof Measured; readonly options: MeasureOptions };

process.once("message", ({ kind, options }: Task) => {
  const measuring: Promise<Measured[keyof Measured]> =
    kind === "curve" ? measureCurvePoint(options) : measure(options);
  measuring.then(
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
