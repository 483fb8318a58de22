/**
 * The combined and common formats of Apache and nginx, with a virtual host or a syslog header before them and
 * more fields after them.
 *
 * Apache: https://httpd.apache.org/docs/2.4/mod/mod_log_config.html; nginx:
 * https://nginx.org/en/docs/http/ngx_http_log_module.html.
 */
import { isIP } from "node:net";
import { BRACKETED, createLineFields, QUOTED, type LineFields } from "./line-fields.ts";
import { createMomentReader } from "./log-moment.ts";
import { badLine, statusOf, type LineParser } from "./log-request.ts";
import { clientAddress, plainAddress, readRequestLine } from "./request-target.ts";

/** A day and a clock: `10/Oct/2000:13:55:36 -0700` or `2000-10-10T13:55:36Z`. */
const TIME = /^\d{2,4}[/-]\w{2,3}[/-]\d{2,4}[:T ]\d\d:\d\d/;
const REQUEST = /^[A-Z][A-Z_-]{1,19} \S/;
const FORWARDED = /^(?:[\da-f.:[\]]+|unknown)(?:, ?(?:[\da-f.:[\]]+|unknown))*$/i;

export function createCombinedParser(): LineParser {
  const fields = createLineFields();
  const momentOf = createMomentReader();
  return (line) => {
    if (!fields.split(line))
      return badLine("a quote or bracket is opened and never closed: is the line cut off?");
    const time = timeField(fields);
    if (time < 0) return badLine("has no time in brackets, as the combined format has");
    const timeS = momentOf(fields.raw(time));
    if (timeS === undefined) {
      return badLine(`has a time that cannot be read: [${fields.raw(time).slice(0, 40)}]`);
    }
    const request = requestField(fields, time + 1);
    if (request < 0) return badLine("has no request in quotes after its time, as the combined format has");
    const peer = peerField(fields, time);
    const { referrer, agent, forwarded } = afterRequest(fields, request);
    return {
      kind: "request",
      timeS,
      address: clientAddress(fields.raw(peer), forwarded || listedBefore(fields, peer)),
      agent,
      referrer,
      ...readRequestLine(fields.text(request)),
      status: request + 1 < fields.count() ? statusOf(fields.raw(request + 1)) : undefined,
      cookies: undefined,
      user: userBefore(fields, peer, time),
    };
  };
}

function firstWith(fields: LineFields, mark: number, from: number): number {
  for (let field = from; field < fields.count(); field += 1) if (fields.markOf(field) === mark) return field;
  return -1;
}

/**
 * The first quoted field that is a request; where none is, the first one, since `-` stands for no request.
 */
function requestField(fields: LineFields, from: number): number {
  const first = firstWith(fields, QUOTED, from);
  for (let field = first; field >= 0; field = firstWith(fields, QUOTED, field + 1)) {
    if (REQUEST.test(fields.raw(field))) return field;
  }
  return first;
}

/** The first field in brackets that looks like a time; proxies write addresses in brackets before it. */
function timeField(fields: LineFields): number {
  for (
    let field = firstWith(fields, BRACKETED, 0);
    field >= 0;
    field = firstWith(fields, BRACKETED, field + 1)
  ) {
    if (TIME.test(fields.raw(field))) return field;
  }
  return -1;
}

/**
 * The address stands before the identity, which is `-`; before it may be a virtual host, or what syslog and
 * containers add. HAProxy writes address and port right before the time, Envoy the time first.
 */
function peerField(fields: LineFields, time: number): number {
  for (let field = 0; field + 1 < time; field += 1) {
    if (fields.raw(field + 1) === "-" && isIP(fields.raw(field)) !== 0) return field;
  }
  if (time > 0 && isIP(plainAddress(fields.raw(time - 1))) !== 0) return time - 1;
  if (time >= 3) return time - 3;
  for (let field = 0; field < fields.count(); field += 1) {
    if (field !== time && isIP(plainAddress(fields.raw(field))) !== 0) return field;
  }
  return 0;
}

/**
 * Where a server logs X-Forwarded-For in the address's place, the addresses before the last one end in
 * commas.
 */
function listedBefore(fields: LineFields, peer: number): string {
  let list = "";
  for (let field = peer - 1; field >= 0 && fields.raw(field).endsWith(","); field -= 1)
    list = fields.raw(field) + list;
  return list.slice(0, -1);
}

/** The identity's neighbour; an authenticated user's name may have blanks. */
function userBefore(fields: LineFields, peer: number, time: number): string {
  const words: string[] = [];
  for (let field = peer + 2; field < time; field += 1) {
    const word = fields.markOf(field) === BRACKETED ? "" : fields.text(field);
    if (word !== "") words.push(word);
  }
  return words.join(" ");
}

/** The referrer and the agent are the next two quoted fields, and X-Forwarded-For may come as the third. */
function afterRequest(
  fields: LineFields,
  request: number,
): { referrer: string; agent: string; forwarded: string } {
  const referrer = firstWith(fields, QUOTED, request + 1);
  if (referrer < 0) return { referrer: "", agent: "", forwarded: "" };
  const agent = firstWith(fields, QUOTED, referrer + 1);
  if (agent < 0) {
    const only = fields.text(referrer);
    const isReferrer = /^https?:\/\//i.test(only);
    return { referrer: isReferrer ? only : "", agent: isReferrer ? "" : only, forwarded: "" };
  }
  const more = firstWith(fields, QUOTED, agent + 1);
  const forwarded = more < 0 ? "" : fields.raw(more);
  return {
    referrer: fields.text(referrer),
    agent: fields.text(agent),
    forwarded: FORWARDED.test(forwarded) ? forwarded : "",
  };
}
