/**
 * Decides whether a User-Agent names a robot. `isbot` knows the lists of crawlers, but anybody can forge a
 * User-Agent.
 */
import { createIsbotFromList, list } from "isbot";

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

export function isRobotAgent(userAgent: string): boolean {
  return matchesLists(userAgent.replace(OKHTTP, ""));
}
