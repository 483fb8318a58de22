/**
 * Access logs of AWS's Application Load Balancer, and of the Classic one, which lack the type at the
 * beginning.
 *
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html
 */
import { createLineFields, QUOTED } from "./line-fields.ts";
import { createMomentReader } from "./log-moment.ts";
import { badLine, statusOf, type LineParser } from "./log-request.ts";
import { plainAddress, readRequestLine } from "./request-target.ts";

const TYPE = /^(?:https?|h2|grpcs|wss?)$/;
/** Fields of the application load balancer's log, from 0; the classic one has each a place earlier. */
const PLACES = { time: 1, client: 3, status: 8, request: 12, agent: 13 };

export function createAlbParser(): LineParser {
  const fields = createLineFields();
  const momentOf = createMomentReader();
  return (line) => {
    if (!fields.split(line)) return badLine("a quote is opened and never closed: is the line cut off?");
    const shift = TYPE.test(fields.raw(0)) ? 0 : -1;
    const timeS = momentOf(fields.raw(PLACES.time + shift));
    if (timeS === undefined) return badLine("has no time in its place, as a load balancer's log has");
    const request = PLACES.request + shift;
    const client = fields.raw(PLACES.client + shift);
    if (client !== "-" && !/:\d+$/.test(client))
      return badLine("has no client with a port in its place, as a load balancer's log has");
    if (fields.count() <= request || fields.markOf(request) !== QUOTED) {
      return badLine(`has ${fields.count()} fields, and no request where a load balancer's log has it`);
    }
    return {
      kind: "request",
      timeS,
      address: addressOf(client),
      agent: fields.text(PLACES.agent + shift),
      ...readRequestLine(fields.text(request)),
      status: statusOf(fields.raw(PLACES.status + shift)),
      cookies: undefined,
      user: "",
    };
  };
}

/** `client:port`, where an IPv6 address may have brackets or not. */
function addressOf(client: string): string {
  if (client.startsWith("[") || client === "-") return plainAddress(client);
  const colon = client.lastIndexOf(":");
  return plainAddress(colon < 0 ? client : client.slice(0, colon));
}
