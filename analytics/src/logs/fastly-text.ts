/**
 * Fastly's text logs as VCL writes them by default: a syslog header, then `address "-" "-" date method url
 * status`.
 *
 * https://www.fastly.com/documentation/guides/integrations/streaming-logs/custom-log-formats
 */
import { createLineFields, QUOTED } from "./line-fields.ts";
import { createMomentReader } from "./log-moment.ts";
import { badLine, statusOf, type LineParser } from "./log-request.ts";
import { plainAddress, readTarget } from "./request-target.ts";

const LINE =
  /(?:^|\s)([\da-fA-F.:]+) "([^"]*)" "([^"]*)" ((?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d(?: GMT)?) ([A-Z_-]+) (\S+) (\d{3}|-)?/;

export function createFastlyTextParser(): LineParser {
  const momentOf = createMomentReader();
  const fields = createLineFields();
  return (line) => {
    const found = LINE.exec(line);
    if (found === null) return badLine("is not as Fastly's VCL writes a line");
    const [whole, address = "", , user = "", date = "", method = "", url = "", status = ""] = found;
    const timeS = momentOf(date);
    if (timeS === undefined) return badLine(`has a time that cannot be read: ${date}`);
    return {
      kind: "request",
      timeS,
      address: plainAddress(address),
      agent: fields.split(line.slice(found.index + whole.length)) ? lastQuoted(fields) : "",
      method,
      ...readTarget(url),
      status: statusOf(status),
      cookies: undefined,
      user: user === "-" ? "" : user,
    };
  };
}

/** Where more was added, the agent is the last of what is quoted. */
function lastQuoted(fields: ReturnType<typeof createLineFields>): string {
  for (let field = fields.count() - 1; field >= 0; field -= 1) {
    if (fields.markOf(field) === QUOTED) return fields.text(field);
  }
  return "";
}
