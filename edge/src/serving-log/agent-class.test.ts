import { expect, test } from "vitest";
import { agentClassOf } from "./agent-class.ts";

test.each([
  ["", "none"],
  ["curl/8.9.1", "bot"],
  ["Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "bot"],
  ["Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 Chrome/108 Safari/537.36", "tv"],
  ["Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148", "browser"],
  ["StreamApp/5.2 (iOS 18.1)", "app"],
])("%s is a %s", (userAgent, agent) => {
  expect(agentClassOf(userAgent)).toBe(agent);
});
