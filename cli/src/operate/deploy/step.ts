/** The error of a deployment step: it says what is wrong, and its hint says how to continue. */
export class StepFailed extends Error {
  override readonly name = "StepFailed";
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}
