/** A step of a deployment that can fail: what is wrong, and how to go on. */
export class StepFailed extends Error {
  override readonly name = "StepFailed";
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}
