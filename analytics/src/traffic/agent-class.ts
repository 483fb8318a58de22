/** The kind of client that a User-Agent names. Anybody can forge it, so it is weak evidence. */
import { isRobotAgent } from "@spillway/shared/signals/robot-agent.ts";
import { isTelevisionAgent } from "@spillway/shared/signals/tv-agent.ts";

export const AGENT_CLASSES = ["none", "crawler", "tool", "tv", "mobile", "desktop", "other"] as const;
export type AgentClass = (typeof AGENT_CLASSES)[number];

/**
 * HTTP libraries and headless browsers, with which nobody watches. OkHttp is not one of them, since Android
 * and television apps use it.
 */
const TOOL =
  /^(curl|wget|python|java|go-http|axios|node|undici|ruby|perl|libwww|apache-httpclient|postman|insomnia|k6|jmeter|gatling|locust|autocannon|vegeta|hey\/)|headless|phantomjs|selenium|puppeteer|playwright|scrapy/i;
/** Words with which prepared logs name a television, beside those of platforms. */
const TV = /\btv\b|stb|tizen|webos|hisense/;
const MOBILE = /mobile|android|iphone|ipad|ios\b/i;
const DESKTOP = /windows nt|macintosh|x11|cros\b|desktop|linux/i;

/** Classifies a User-Agent. It also accepts the name of a class, which prepared logs contain. */
export function agentClass(agent: string): AgentClass {
  const name = agent.trim().toLowerCase();
  if (name === "" || name === "-") return "none";
  const named = AGENT_CLASSES.find((known) => known === name);
  if (named !== undefined) return named;
  if (name === "bot") return "crawler";
  if (TOOL.test(name)) return "tool";
  if (isRobotAgent(agent)) return "crawler";
  if (isTelevisionAgent(agent) || TV.test(name)) return "tv";
  if (MOBILE.test(name)) return "mobile";
  return DESKTOP.test(name) ? "desktop" : "other";
}

/** Classifies agents by the number of their text, so that each text is examined only once. */
export function agentClassifier(textOf: (number: number) => string): (agent: number) => number {
  const classes: number[] = [];
  return (agent) => (classes[agent] ??= AGENT_CLASSES.indexOf(agentClass(textOf(agent))));
}
