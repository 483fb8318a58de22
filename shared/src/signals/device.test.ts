/** Tests devices with real User-Agents. */
import { expect, test } from "vitest";
import type { Device } from "./signals.ts";
import { readDevice } from "./device.ts";

const CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0";

test.each<readonly [agent: string, Device]>([
  [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${CHROME} Safari/537.36`, "desktop"],
  [
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17.4 Safari/605.1.15",
    "desktop",
  ],
  ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "desktop"],
  [`Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${CHROME} Safari/537.36`, "desktop"],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1",
    "mobile",
  ],
  ["MyTV/3.1 (iPhone; iOS 17.4; Scale/3.00)", "mobile"],
  [`Mozilla/5.0 (Linux; Android 14; Pixel 8) ${CHROME} Mobile Safari/537.36`, "mobile"],
  ["Dalvik/2.1.0 (Linux; U; Android 14; Pixel 8 Build/UQ1A)", "mobile"],
  ["Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0", "mobile"],
  [
    "Mozilla/5.0 (Linux; Tizen 2.3; SAMSUNG SM-Z130H) AppleWebKit/537.3 SamsungBrowser/1.0 Mobile Safari/537.3",
    "mobile",
  ],
  ["Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1", "tablet"],
  [`Mozilla/5.0 (Linux; Android 13; SM-X700) ${CHROME} Safari/537.36`, "tablet"],
  ["Mozilla/5.0 (Android 13; Tablet; rv:140.0) Gecko/140.0 Firefox/140.0", "tablet"],
  ["Mozilla/5.0 (SMART-TV; LINUX; Tizen 6.0) AppleWebKit/537.36 Chrome/76.0.3809.146 TV Safari/537.36", "tv"],
  [
    "Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 Chrome/94.0.4606.128 Safari/537.36 WebAppManager",
    "tv",
  ],
  [
    "Mozilla/5.0 (Linux; Andr0id 9; BRAVIA 4K GB ATV3) AppleWebKit/537.36 Chrome/88 Safari/537.36 OPR/46 OMI/4.21",
    "tv",
  ],
  [
    "Mozilla/5.0 (Linux; Android 8.0.0; BRAVIA 4K UR2) AppleWebKit/537.36 Chrome/79.0.3945.93 Mobile Safari/537.36",
    "tv",
  ],
  [
    "Mozilla/5.0 (Linux; Android 7.1.2; AFTMM Build/NS6268) AppleWebKit/537.36 Chrome/70 Mobile Safari/537.36",
    "tv",
  ],
  ["Mozilla/5.0 (X11; Linux armv7l) AppleWebKit/537.36 Chrome/90.0 Safari/537.36 CrKey/1.56.500000", "tv"],
  ["Roku/DVP-12.0 (12.0.0.4182-88)", "tv"],
  ["AppleTV11,1/11.1", "tv"],
  ["AppleCoreMedia/1.0.0.21J354 (Apple TV; U; CPU OS 17_0 like Mac OS X; es_es)", "tv"],
  ["HbbTV/1.6.1 (+DRM; Vestel; MB211; 5.7.20.0; SmartTV 2020)", "tv"],
  ["Mozilla/5.0 (PlayStation; PlayStation 5/6.50) AppleWebKit/605.1.15 (KHTML, like Gecko)", "tv"],
  ["Mozilla/5.0 (Windows NT 10.0; Win64; x64; Xbox; Xbox One) AppleWebKit/537.36 Edge/44.18363", "tv"],
  [`Mozilla/5.0 (Linux; Android 12; Google TV; Chromecast) ${CHROME} Safari/537.36`, "tv"],
  [
    "Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X) Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "other",
  ],
  ["Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/140.0.0.0 Safari/537.36", "other"],
  ["Twitterbot/1.0", "other"],
  ["curl/8.5.0", "other"],
  ["okhttp/4.12.0", "other"],
  ["", "other"],
])("takes %s for %s", (agent, device) => {
  expect(readDevice(agent).value).toBe(device);
});

test("recognises a phone by the browser's hint when its User-Agent hides it", () => {
  expect(readDevice(`Mozilla/5.0 (Linux; Android 10; K) ${CHROME} Safari/537.36`, () => "?1").value).toBe(
    "mobile",
  );
  expect(readDevice("", () => "?1").value).toBe("mobile");
});
