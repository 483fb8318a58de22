/**
 * A value that is at hand, or a promise of it where something must be waited for. Each `await` costs workerd
 * some 30 µs, even of a value that is there, which is more than all else that a page takes: the way from
 * request to response is made of plain functions that hand these on.
 */
export type MaybePromise<Value> = Value | Promise<Value>;

/** Goes on with `value`: at once where it is at hand, so that nothing is waited for. */
export function andThen<Value, Next>(
  value: MaybePromise<Value>,
  goOn: (value: Value) => MaybePromise<Next>,
): MaybePromise<Next> {
  return value instanceof Promise ? value.then(goOn) : goOn(value);
}
