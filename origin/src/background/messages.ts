/** What passes between the origin and a child process that computes one answer. */

export type BackgroundProgress = { readonly done: number; readonly total: number };

export type BackgroundAnswer<Result> =
  | { readonly kind: "done"; readonly result: Result }
  | { readonly kind: "failed"; readonly reason: string };

export type FromBackground<Result> =
  | ({ readonly kind: "progress" } & BackgroundProgress)
  | BackgroundAnswer<Result>;
