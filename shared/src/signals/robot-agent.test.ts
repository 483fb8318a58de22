import { expect, test } from "vitest";
import { isRobotAgent } from "./robot-agent.ts";

test.each([
  ["Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", true],
  ["curl/8.5.0", true],
  ["python-requests/2.32.5", true],
  ["Go-http-client/2.0", true],
  ["Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/140.0.0.0 Safari/537.36", true],
  ["facebookexternalhit/1.1", true],
  ["okhttp/4.12.0", false],
  ["StreamApp/7.2 CFNetwork/1494 Darwin/23.4.0", false],
  ["StreamApp/7.2", false],
  ["Kodi/20.2", false],
  ["tvOS/17", false],
  ["Dalvik/2.1.0 (Linux; U; Android 14; SM-S921B)", false],
  ["AppleTV11,1/11.1", false],
  ["Roku/DVP-12.5", false],
  ["com.stream.app/8.3.1 (Android 13; Chromecast)", false],
  ["Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36", false],
  ["", false],
])("%s is a robot: %s", (userAgent, expected) => {
  expect(isRobotAgent(userAgent)).toBe(expected);
});
