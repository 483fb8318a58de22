/** The value of a check that has to succeed. */
import { issuesLine, type Checked } from "@spillway/shared/protocol/zod-issues.ts";

export function valueOf<Value>(checked: Checked<Value>): Value {
  if (!checked.ok) throw new Error(issuesLine(checked.issues));
  return checked.value;
}
