/**
 * One line of each format, with its right values. Those of nginx 1.22 and Apache 2.4 are what the servers
 * wrote; the others follow the vendors' documentation. Addresses are of the documentation's ranges.
 */
import type { LogRequest } from "../src/logs/log-request.ts";

export type LogLine = {
  readonly name: string;
  readonly format: string;
  readonly line: string;
  /** A header that the line needs. */
  readonly header?: string;
  readonly expected: Omit<LogRequest, "kind" | "object">;
};

const TIME_S = Date.parse("2026-11-28T16:20:55Z") / 1000;
const TV = 'Mozilla/5.0 (SMART-TV; Linux; Tizen 8.0) "quoted\\back" é';
const TV_PLAIN = "Mozilla/5.0 (SMART-TV; Linux; Tizen 8.0)";
const HOME = { method: "GET", path: "/recommendations", query: "user=u42&context=homepage" };
const BASE = { timeS: TIME_S, address: "192.0.2.7", agent: TV, ...HOME, cookies: undefined, user: "" };
const JSON_BASE = { ...BASE, agent: TV_PLAIN, cookies: "" };
const REQUEST = "GET /recommendations?user=u42&context=homepage HTTP/1.1";
const NGINX_AGENT = String.raw`Mozilla/5.0 (SMART-TV; Linux; Tizen 8.0) \x22quoted\x5Cback\x22 \xC3\xA9`;
const APACHE_AGENT = String.raw`Mozilla/5.0 (SMART-TV; Linux; Tizen 8.0) \"quoted\\back\" \xc3\xa9`;
const CLF = "[28/Nov/2026:16:20:55 +0000]";
const FIELDS =
  "#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type cs-protocol-version fle-status fle-encrypted-fields c-port time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len sc-range-start sc-range-end";
const TV_ENCODED = "Mozilla/5.0%20(SMART-TV;%20Linux;%20Tizen%208.0)";
const CLOUDFRONT = [
  ..."2026-11-28 16:20:55 FRA60-P3 1045 192.0.2.7 GET d1.cloudfront.example".split(" "),
  ...`/recommendations 200 - ${TV_ENCODED} user=u42&context=homepage`.split(" "),
  ..."sid=abc;%20lang=de Hit RID== tv.example https 412 0.002 - TLSv1.3 TLS_AES_128_GCM_SHA256 Hit".split(
    " ",
  ),
  ..."HTTP/2.0 - - 51234 0.002 Hit application/json 1045 - -".split(" "),
].join("\t");
const REAL_TIME = [
  ..."1795882855.244 192.0.2.7 0.002 200 1045 GET https tv.example /recommendations 412 FRA60-P3 RID==".split(
    " ",
  ),
  ...`tv.example 0.002 HTTP/2.0 IPv4 ${TV_ENCODED} - sid=abc user=u42&context=homepage Hit - TLSv1.3`.split(
    " ",
  ),
  ..."TLS_AES_128_GCM_SHA256 Hit - - application/json 1045 - - 51234 Hit DE gzip */* * - - 3".split(" "),
].join("\t");
const ALB = String.raw`h2 2026-11-28T16:20:55.244000Z app/tv/50dc6c495c0c9188 192.0.2.7:2817 10.0.0.1:80 0.000 0.001 0.000 200 200 34 366 "GET https://tv.example:443/recommendations?user=u42&context=homepage HTTP/2.0" "${NGINX_AGENT}" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/tv/73e2d6bc24d8a067 "Root=1-58337262-36d228ad5d99923122bbe354" "tv.example" "arn:aws:acm:eu-central-1:123456789012:certificate/12345678" 1 2026-11-28T16:20:55.243000Z "forward" "-" "-" "10.0.0.1:80" "200" "-" "-" TID_1`;

export const LOG_LINES: readonly LogLine[] = [
  {
    name: "nginx combined",
    format: "combined",
    line: `192.0.2.7 - - ${CLF} "${REQUEST}" 200 1 "-" "${NGINX_AGENT}"`,
    expected: BASE,
  },
  {
    name: "nginx main, behind a proxy of one's own",
    format: "combined",
    line: `10.0.0.5 - - ${CLF} "${REQUEST}" 200 1 "-" "${NGINX_AGENT}" "198.51.100.1, 192.0.2.7, 10.0.0.3"`,
    expected: BASE,
  },
  {
    name: "nginx with times after it",
    format: "combined",
    line: `192.0.2.7 - - ${CLF} "${REQUEST}" 200 1 "-" "${NGINX_AGENT}" 0.000 0.000 .`,
    expected: BASE,
  },
  {
    name: "Apache combined",
    format: "combined",
    line: `192.0.2.7 - - ${CLF} "${REQUEST}" 404 397 "https://example.org/?q=\\"a b\\"" "${APACHE_AGENT}"`,
    expected: BASE,
  },
  {
    name: "Apache vhost_combined, an IPv6 address and a user with a blank",
    format: "combined",
    line: `tv.example:443 2001:DB8::7 - john smith [28/Nov/2026:17:20:55 +0100] "${REQUEST}" 200 1 "-" "-"`,
    expected: { ...BASE, address: "2001:db8::7", agent: "", user: "john smith" },
  },
  {
    name: "Apache common",
    format: "combined",
    line: `192.0.2.7 - - [28/Nov/2026:09:20:55 -0700] "${REQUEST}" 200 -`,
    expected: { ...BASE, agent: "" },
  },
  {
    name: "nginx by syslog, an IPv6 virtual host",
    format: "combined",
    line: `<190>Nov 28 16:20:55 web1 nginx: [2001:db8::1]:443 192.0.2.7 - - ${CLF} "${REQUEST}" 200 1 "-" "-"`,
    expected: { ...BASE, agent: "" },
  },
  {
    name: "a TLS handshake on a plain port",
    format: "combined",
    line: String.raw`192.0.2.7 - - ${CLF} "\x16\x03\x01\x02" 400 157 "-" "-"`,
    expected: { ...BASE, agent: "", method: "", path: "", query: "" },
  },
  {
    name: "nginx escape=none, a quote in the agent",
    format: "combined",
    line: `192.0.2.7 -  ${CLF} "POST /events HTTP/1.1" 200 1 "https://example.org/?q="a b"" "tv "big"-screen"`,
    expected: { ...BASE, method: "POST", path: "/events", query: "", agent: 'tv "big"-screen' },
  },
  {
    name: "nginx with X-Forwarded-For in the address's place",
    format: "combined",
    line: `192.0.2.7, 10.0.0.2 - - ${CLF} "${REQUEST}" 200 1 "-" "-"`,
    expected: { ...BASE, agent: "" },
  },
  {
    name: "ingress-nginx, with an address in brackets",
    format: "combined",
    line: `192.0.2.7 - [192.0.2.7] - - ${CLF} "${REQUEST}" 200 1 "-" "-" 412 0.003 [tv-svc-80] [] 10.0.0.1:80 1 0.003 200 abc`,
    expected: { ...BASE, agent: "" },
  },
  {
    name: "Kubernetes' log of a container",
    format: "combined",
    line: `2026-11-28T16:20:55.123456789Z stdout F 192.0.2.7 - - ${CLF} "${REQUEST}" 200 1 "-" "-"`,
    expected: { ...BASE, agent: "" },
  },
  {
    name: "Envoy, whose time comes first",
    format: "combined",
    line: `[2026-11-28T16:20:55.244Z] "${REQUEST}" 200 - 0 1 3 2 "192.0.2.7" "tv/1" "id" "tv.example" "10.0.0.1:80"`,
    expected: { ...BASE, agent: "tv/1" },
  },
  {
    name: "Docker's log of a server",
    format: "nginx-json",
    line: JSON.stringify({
      log: `192.0.2.7 - - ${CLF} "${REQUEST}" 200 1 "-" "${NGINX_AGENT}"\n`,
      stream: "stdout",
      time: "2026-11-28T16:20:55.3Z",
    }),
    expected: BASE,
  },
  {
    name: "Google's load balancer",
    format: "nginx-json",
    line: `{"httpRequest":{"requestMethod":"GET","requestUrl":"https://tv.example/recommendations?user=u42&context=homepage","remoteIp":"192.0.2.7","userAgent":"${TV_PLAIN}"},"timestamp":"2026-11-28T16:20:55.244Z"}`,
    expected: JSON_BASE,
  },
  {
    name: "nginx JSON with a request line",
    format: "nginx-json",
    line: `{"time_local":"28/Nov/2026:16:20:55 +0000","remote_addr":"192.0.2.7","remote_user":"","request":"${REQUEST}","status":"200","http_user_agent":${JSON.stringify(TV)},"http_cookie":"sid=abc","request_time":"0.000"}`,
    expected: { ...BASE, cookies: "sid=abc" },
  },
  {
    name: "nginx JSON without escape=json",
    format: "nginx-json",
    line: `{"@timestamp":"2026-11-28T17:20:55+01:00","client_ip":"192.0.2.7","method":"GET","uri":"/recommendations","args":"user=u42&context=homepage","ua":"${NGINX_AGENT}","duration":0.1}`,
    expected: { ...BASE, cookies: "" },
  },
  {
    name: "nginx JSON, nested",
    format: "nginx-json",
    line: `{"msec":"1795882855.244","core":{"remote_addr":"10.1.2.3","request":"${REQUEST}","http":{"http_user_agent":"${TV_PLAIN}","http_x_forwarded_for":"192.0.2.7"}}}`,
    expected: JSON_BASE,
  },
  {
    name: "Caddy",
    format: "nginx-json",
    line: `{"level":"info","ts":1795882855.2441,"logger":"http.log.access","request":{"remote_ip":"192.0.2.7","remote_port":"4711","proto":"HTTP/2.0","method":"GET","host":"tv.example","uri":"/recommendations?user=u42&context=homepage","headers":{"User-Agent":["${TV_PLAIN}"]}},"duration":0.001,"status":200}`,
    expected: JSON_BASE,
  },
  {
    name: "a request that nginx could not read",
    format: "nginx-json",
    line: '{"time":"2026-11-28T16:20:55+00:00","remote_addr":"192.0.2.7","request_uri":"","request_method":"","agent":"-"}',
    expected: { ...JSON_BASE, agent: "", method: "", path: "", query: "" },
  },
  ...[
    ["RFC 3339", '"2026-11-28T16:20:55Z"'],
    ["seconds", "1795882855"],
    ["nanoseconds", "1795882855244000000"],
  ].map(([unit, time]) => ({
    name: `Cloudflare Logpush, ${unit}`,
    format: "cloudflare",
    line: `{"ClientIP":"192.0.2.7","ClientRequestHost":"tv.example","ClientRequestMethod":"GET","ClientRequestURI":"/recommendations?user=u42&context=homepage","ClientRequestUserAgent":"${TV_PLAIN}","EdgeEndTimestamp":${time},"EdgeResponseStatus":200,"EdgeStartTimestamp":${time},"RayID":"8f1","Cookies":{"sid":"abc","lang":"de"},"ClientASN":64500}`,
    expected: { ...JSON_BASE, cookies: "sid=abc; lang=de" },
  })),
  {
    name: "CloudFront, standard",
    format: "cloudfront",
    header: `#Version: 1.0\n${FIELDS}`,
    line: CLOUDFRONT,
    expected: { ...JSON_BASE, cookies: "sid=abc; lang=de" },
  },
  {
    name: "CloudFront, standard without its header",
    format: "cloudfront",
    line: CLOUDFRONT,
    expected: { ...JSON_BASE, cookies: "sid=abc; lang=de" },
  },
  {
    name: "CloudFront, other fields, encoded twice",
    format: "cloudfront",
    header: "#Fields: date time c-ip cs(User-Agent) cs-method cs-uri-stem cs-uri-query",
    line: `2026-11-28\t16:20:55\t2001:db8::7\t${TV_ENCODED.replaceAll("%", "%25")}\tGET\t/recommendations\t-`,
    expected: { ...JSON_BASE, address: "2001:db8::7", query: "", cookies: undefined },
  },
  {
    name: "CloudFront, real-time",
    format: "cloudfront",
    line: REAL_TIME,
    expected: { ...JSON_BASE, cookies: "sid=abc" },
  },
  {
    name: "CloudFront, version 2 as JSON",
    format: "cloudfront",
    line: `{"date":"2026-11-28","time":"16:20:55","x-edge-location":"FRA60-P3","c-ip":"192.0.2.7","cs-method":"GET","cs(Host)":"d1.cloudfront.example","cs-uri-stem":"/recommendations","sc-status":"200","cs(User-Agent)":"${TV_ENCODED}","cs-uri-query":"user=u42&context=homepage","cs(Cookie)":"-","time-taken":"0.002"}`,
    expected: JSON_BASE,
  },
  {
    name: "W3C of another server, by blanks",
    format: "cloudfront",
    header:
      "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status",
    line: `2026-11-28 16:20:55 10.0.0.1 GET /recommendations user=u42&context=homepage 443 - 192.0.2.7 ${TV_PLAIN.replaceAll(" ", "+")} 200`,
    expected: { ...JSON_BASE, cookies: undefined },
  },
  {
    name: "Fastly's JSON example",
    format: "fastly",
    line: `{"timestamp":"2026-11-28T16:20:55+0000","client_ip":"192.0.2.7","geo_country":"germany","host":"tv.example","url":"/recommendations?user=u42&context=homepage","request_method":"GET","request_protocol":"HTTP/2","request_referer":"","request_user_agent":"${TV_PLAIN}","response_state":"HIT","response_status":200,"fastly_server":"cache-fra1","fastly_is_edge":true}`,
    expected: JSON_BASE,
  },
  {
    name: "Fastly's older JSON example, with the method as request",
    format: "fastly",
    line: `{"service_id":"S1","service_version":"7","time_start":1795882855244,"client_ip":"192.0.2.7","request":"GET","protocol":"HTTP/1.1","url":"/recommendations?user=u42&context=homepage","is_h2_push":false,"request_user_agent":"${TV_PLAIN}"}`,
    expected: JSON_BASE,
  },
  {
    name: "Fastly's JSON in a classic message",
    format: "fastly",
    line: `<134>2026-11-28T16:20:55Z cache-fra19120-FRA my-endpoint[4711]: {"timestamp":"2026-11-28T16:20:55+0000","client_ip":"192.0.2.7","url":"/recommendations?user=u42&context=homepage","request_method":"GET","request_user_agent":"${TV_PLAIN}","response_state":"HIT"}`,
    expected: JSON_BASE,
  },
  {
    name: "nginx, JSON by syslog",
    format: "nginx-json",
    line: `<190>Nov 28 16:20:55 edge1 nginx: {"time_iso8601":"2026-11-28T16:20:55+00:00","remote_addr":"192.0.2.7","request":"GET /recommendations?user=u42&context=homepage HTTP/1.1","http_user_agent":"${TV_PLAIN}"}`,
    expected: JSON_BASE,
  },
  {
    name: "nginx, JSON of a container",
    format: "nginx-json",
    line: `2026-11-28T16:20:55.244711001Z stdout F {"time_iso8601":"2026-11-28T16:20:55+00:00","remote_addr":"192.0.2.7","request":"GET /recommendations?user=u42&context=homepage HTTP/1.1","http_user_agent":"${TV_PLAIN}"}`,
    expected: JSON_BASE,
  },
  {
    name: "Fastly's VCL",
    format: "fastly",
    line: `<134>2026-11-28T16:20:55Z cache-fra1 my-endpoint[4711]: 192.0.2.7 "-" "-" Sat, 28 Nov 2026 16:20:55 GMT GET /recommendations?user=u42&context=homepage 200`,
    expected: { ...BASE, agent: "" },
  },
  { name: "AWS, application load balancer", format: "alb", line: ALB, expected: BASE },
  {
    name: "AWS, application load balancer, IPv6 and a request that is none",
    format: "alb",
    line: `http 2026-11-28T16:20:55.244000Z app/tv/50dc6c495c0c9188 [2001:db8::7]:2817 - -1 -1 -1 400 - 0 272 "- http://tv.example:80- -" "-" - - - "-" "-" "-" - 2026-11-28T16:20:55.243000Z "-" "-" "-" "-" "-" "-" "-"`,
    expected: { ...BASE, address: "2001:db8::7", agent: "", method: "", path: "", query: "" },
  },
  {
    name: "AWS, classic load balancer",
    format: "alb",
    line: `2026-11-28T16:20:55.244000Z tv 192.0.2.7:2817 10.0.0.1:80 0.000073 0.001048 0.000057 200 200 0 29 "GET http://tv.example:80/recommendations?user=u42&context=homepage HTTP/1.1" "${TV_PLAIN}" - -`,
    expected: { ...BASE, agent: TV_PLAIN },
  },
];
