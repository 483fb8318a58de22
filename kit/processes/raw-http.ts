/** HTTP over a bare socket, for requests that no client library would send. */
import { connect } from "node:net";

const PATIENCE_MS = 20_000;

/** The first line of the answer; empty where the server hangs up without one. */
export function askRaw(port: number, request: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(request));
    const end = (): void => {
      socket.destroy();
      resolve(answer.split("\r\n")[0] ?? "");
    };
    socket.setEncoding("latin1").setTimeout(PATIENCE_MS, end);
    socket.on("data", (text: string) => {
      answer += text;
      if (answer.includes("\r\n\r\n")) end();
    });
    socket.on("end", end).on("close", end);
    socket.on("error", (error: NodeJS.ErrnoException) =>
      error.code === "ECONNREFUSED" ? reject(error) : end(),
    );
  });
}

/** What may stand in a Host header: anything. */
export const HOSTILE_HOSTS: readonly string[] = [
  "][",
  "a:b:c",
  "edge.example:99999",
  "ex ample",
  "[::1",
  "user@edge",
  "%00",
  "\xff\xfe",
  "x".repeat(3000),
  "a/b",
  "a?b",
  "a#b",
  "a\\b",
];

export const HOSTILE_TARGETS: readonly string[] = [
  "/recommendations?%00%ff&context=%E0%A4%A",
  "/recommendations?user=%ed%a0%80&team=%25%32%35",
  "//recommendations",
  "/recommendations#x",
  "*",
  "http://other/recommendations",
  "recommendations",
  "/\xff\xfe",
  `/recommendations?user=u1&q=${"a".repeat(12_000)}`,
  `/recommendations?user=u1${"&team=ESP".repeat(1200)}`,
  "/%E0%A4%A",
  "/recommendations/%2e%2e/health",
];

export const HOSTILE_HEADERS: readonly string[] = [
  `cookie: ${"a=b;".repeat(3000)}`,
  'cookie: \xff\xfe=%E0%A4%A; spillway_visitor="; team=%22',
  "referer: \xff://[",
  `if-none-match: ${'"a",'.repeat(2000)}`,
  "\xffname: x",
  "content-length: -1",
  "transfer-encoding: nonsense",
  "range: bytes=0-1",
  "upgrade: websocket\r\nconnection: upgrade",
  'spillway-signals: {"team":1}',
  "spillway-demand: i;demand=1e999",
  "authorization: Bearer \xff",
];

/** Methods that are some, and some that are none. */
export const HOSTILE_METHODS: readonly string[] = ["HEAD", "OPTIONS", "TRACE", "PROPFIND", "BREW", "get"];

function get(target: string, host: string, more = ""): string {
  return `GET ${target} HTTP/1.1\r\nhost: ${host}\r\n${more}connection: close\r\n\r\n`;
}

/** Every request above, in front of a server that answers by the name `host`. */
export function hostileRequests(host: string): readonly string[] {
  const event = '[{"id":"e1","type":"play","item":"i1"}]';
  return [
    ...HOSTILE_HOSTS.map((own) => get("/recommendations?user=u1&context=live", own)),
    ...HOSTILE_HOSTS.map(
      (own) =>
        `POST /events?user=u1 HTTP/1.1\r\nhost: ${own}\r\ncontent-type: application/json\r\ncontent-length: ${event.length}\r\nconnection: close\r\n\r\n${event}`,
    ),
    ...HOSTILE_TARGETS.map((target) => get(target, host)),
    ...HOSTILE_HEADERS.map((header) => get("/recommendations?user=u1", host, `${header}\r\n`)),
    ...HOSTILE_METHODS.map(
      (method) => `${method} /recommendations?user=u1 HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`,
    ),
    "GET /recommendations?user=u1 HTTP/1.0\r\n\r\n",
    "GET /recommendations?user=u1 HTTP/1.1\r\n\r\n",
    "\r\n\r\n\x00\x01\x02\r\n\r\n",
  ];
}
