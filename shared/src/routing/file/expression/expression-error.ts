/** What is wrong in an expression, and where. */

/** Offsets in the expression's text, in UTF-16 units; `end` is exclusive. */
export type Span = { readonly start: number; readonly end: number };

export type ExpressionIssue = { readonly span: Span; readonly reason: string };

/** Thrown within this folder alone, where reading cannot go on. */
export class ExpressionError extends Error implements ExpressionIssue {
  readonly span: Span;
  readonly reason: string;

  constructor(span: Span, reason: string) {
    super(reason);
    this.span = span;
    this.reason = reason;
  }
}
