/** Whether a User-Agent names a robot. `isbot` knows the crawler lists; anybody can forge what it reads. */
import { createIsbotFromList, list } from "isbot";

/**
 * `isbot` is made for web pages, where a bare product name is no browser. Here it is an app on a phone or a television: its
 * patterns of such shapes are left out.
 */
const APPS = ["App", "App/7.2", "App 7.2", "App/7.2.1 (build 9)", "tvOS/17"];
const ofLists = createIsbotFromList(
  list.filter((pattern) => !APPS.some((app) => new RegExp(pattern, "i").test(app))),
);
/** Android's usual client, in whose name isbot finds `http`. */
const OKHTTP = /okhttp/i;

export function isRobotAgent(userAgent: string): boolean {
  return ofLists(userAgent.replace(OKHTTP, ""));
}
