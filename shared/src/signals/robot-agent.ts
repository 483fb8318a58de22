/**
 * Decides whether a User-Agent names a robot. `isbot` knows the lists of crawlers, but anybody can forge a
 * User-Agent.
 */
import { createIsbotFromList, list } from "isbot";
import { isTelevisionAgent } from "./tv-agent.ts";

/**
 * `isbot` is made for web pages, where a bare product name is no browser. Here it is an app on a phone or a
 * television, so the patterns that match such names are left out.
 */
const APPS = ["App", "App/7.2", "App 7.2", "App/7.2.1 (build 9)", "tvOS/17"];
const matchesLists = createIsbotFromList(
  list.filter((pattern) => !APPS.some((app) => new RegExp(pattern, "i").test(app))),
);

/** Android's usual HTTP client; isbot would find `http` in its name. */
const OKHTTP = /okhttp/i;

/**
 * What people hold in their hands, and rare browsers. Models and apps have names of every kind, in which
 * isbot finds words.
 */
const PEOPLE =
  /andr[o0]id|iphone|ipad|ipod|windows (?:phone|ce)|tizen|kaios|harmony|sailfish|darwin\/|dalvik|\bios[ /]\d|midp|cldc|symb|blackberry|up\.(?:browser|link)|nokia|docomo|kddi|obigo|netfront|hpwos|meego|\bbada\b|netsurf|dillo|konqueror|amaya|browsex|chromeframe|firephp|sogou(?:mobile|mse)|metasr/i;

/** What robots say of themselves when they pretend to be such a device. */
const SAYS_ROBOT =
  /(?<!cu)bots?(?![a-z])|crawl|spider(?:[ /;)_-]|$)|slurp|headless|\+? ?https?:|@[a-z][\w-]+\.|externalhit|mediapartners|lighthouse|pagespeed|page ?speed|[a-z]preview|web preview|preview\/|preview service|googleother|google-|google (?:favicon|web preview|page speed)|pingdom|ptst[ /]|statuscake|dareboost|gtmetrix|synthetics?\b|screenshot|puppeteer|playwright|selenium|phantomjs|webdriver|validator|scanner|scraper|(?<!_)monitor(?:ing)?\b|uptime|checker|inspection|insights\b|hotjar|optimizer|\.com\/[a-z]|thousandeyes|^(?:wget|curl|python|php|java|go-http|ruby|perl|libwww|apache-httpclient|axios|node|postman|httpie|scrapy)(?![a-z])/i;

const MAX_LENGTH = 1024;

export function isRobotAgent(userAgent: string): boolean {
  const agent = userAgent.slice(0, MAX_LENGTH).replace(OKHTTP, "");
  return PEOPLE.test(agent) || isTelevisionAgent(agent) ? saysRobot(agent) : matchesLists(agent);
}

/** True for what names itself a robot, whatever device it claims to be. */
export function saysRobot(userAgent: string): boolean {
  return SAYS_ROBOT.test(userAgent);
}
