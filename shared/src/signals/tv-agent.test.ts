/** Televisions, boxes, sticks and consoles as they name themselves, and what only looks like one. */
import { expect, test } from "vitest";
import { readDevice } from "./device.ts";
import { isRobotAgent } from "./robot-agent.ts";

const CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0";
const WEBVIEW = "AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/112.0.5615.197";

function android(model: string, build = ""): string {
  return `Mozilla/5.0 (Linux; Android 11; ${model}${build}) ${CHROME} Safari/537.36`;
}

const TELEVISIONS = [
  // HbbTV and CE-HTML, in any letter case.
  "HbbTV/1.1.1 (;;;;) Mozilla/5.0 (compatible; ANTGalio/3.0.2.1.22.43.08; Linux2.6.18-7.1/7405d0-smp)",
  "Opera/9.80 (Linux sh4 ; U; HBBTV/1.0 (; LOH/1.00; -----;;;) CE-HTML/1.0 Config(L:de,CC:AT); en) Presto/2.5.21",
  "mozilla/5.0 (linux; hbbtv/1.2.1 (+pvr; humax; hms1000s;;;)) applewebkit/537",
  "Mozilla/5.0 (Linux armv7l; CE-HTML/1.0; U; en) AppleWebKit/537.36 Chrome/49.0 Safari/537.36",
  "HbbTV/1.5.1 (+DRM;ATMACA;SmartTV2021_LICENSE:KTSU2EL;T-21KTSU2EATMDEUC;) Tizen/6.0 (+TVPLUS+SmartHubLink) Chrome/76",
  "Mozilla/5.0 (X11; Linux armv7l) AppleWebKit/537.36 Chrome/88.0 Odin/88.4324.2.10 Safari/537.36 HbbTV/1.6.1 (+DRM;Hisense;SmartTV_2022_2;)",
  // Opera's SDK: Philips, TCL, Thomson, Vestel, Hisense, Sony.
  "Opera/9.80 NETTV/4.5.0 Mozilla/5.0 (Linux armv7i; CE-HTML/1.0; U; en) AppleWebKit/537.36 Chrome/49.0 Safari/537.36 Tbrowser/2.0 _TV_/V8-N563T01-LF1V148 (THOMSON,32HD55*6,wireless)",
  "Opera/9.80 (Linux mips; U; ; en) Presto/2.10.287 Version/12.00 (avkb/pc,B:461;avvp/ssl;avui/tv;avst/off;avdn/BUSH-v.tv.2012)",
  "Opera/9.80 (X11;Linux armv7i;NETRANGEMMH;Vendor/ATVIO;U;en) AppleWebKit/534.24 Safari/534.24, Digital-TV/V8-MT56BNA (ATVIO,55D1620,wireless)",
  "Mozilla/5.0 (Linux armv7l) AppleWebKit/537.36 Chrome/84.0.4147.140 Safari/537.36 OPR/46.0.2207.0 OMI/4.21.2.50.Honey.136",
  "Mozilla/5.0 (Linux; Andr0id 11; TY55_1) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 OMI/4.24.3.23.StableAVB_Telly.1",
  "Opera/9.80 (Linux armv7l; Opera TV Store/6084) Presto/2.12.407",
  "Mozilla/5.0 (Linux; Vewd Core/4.20) AppleWebKit/537.36 Safari/537.36",
  // Samsung, LG, Sony, Panasonic, Vizio, Sharp, Toshiba.
  "Mozilla/5.0 (SMART-TV; Linux; Tizen 2.4.0) AppleWebkit/538.1 SamsungBrowser/1.1 TV Safari/538.1",
  "Mozilla/5.0 (SmartHub; SMART-TV; U; Linux/SmartTV; Maple2012) AppleWebKit/534.7 SmartTV Safari/534.7",
  "Mozilla/5.0 (SMART-TV; X11; Linux i686) AppleWebKit/535.20+ (KHTML, like Gecko) Version/5.0 Safari/535.20+",
  "Mozilla/5.0 (Linux; Tizen 7.0) AppleWebKit/537.36 Chrome/94.0 Safari/537.36",
  "Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 Chrome/94.0.4606.128 Safari/537.36 WebAppManager",
  "LG NetCast.TV-2013 LGE Browser/6.00",
  "Mozilla/5.0 (DirectFB; Linux armv7l) AppleWebKit/534.26+ Safari/534.26+ LG Browser/5.00.00(+mouse+3D+SCREEN+TUNER; LGE; 47LM960V;)",
  android("BRAVIA 4K VH2 Build/RTT1.220718.002"),
  "Mozilla/5.0 (X11; Linux armv7l) AppleWebKit/537.36 Chrome/120 Safari/537.36 VIERA/3.10.14",
  "Mozilla/5.0 (FreeBSD; Viera; rv:34.0) Gecko/20100101 Firefox/34.0",
  "Mozilla/5.0 (Linux; VIDAA 6.0) AppleWebKit/537.36 Safari/537.36",
  "Mozilla/5.0 (X11; Linux armv7l) AppleWebKit/537.36 Safari/537.36 SmartCast/6.0 VIZIO",
  "Mozilla/5.0 (DTV; TSBNetTV/T32013713.0203.7DD; TVwithVideoPlayer; like Linux) NetFront/4.1 DTVNetBrowser/2.2",
  "Mozilla/5.0 (DTV) AppleWebKit/531.2+ (KHTML, like Gecko) Espial/6.0.4",
  "Mozilla/5.0 (Linux; U; ja-jp) AppleWebKit/537 AQUOSBrowser/2.0 (TV_MODE/2K; DIS; LC)",
  "Mozilla/5.0 (Linux; Titan OS 3.0) AppleWebKit/537.36 Safari/537.36",
  "Mozilla/5.0 (Linux; olleh tv; U; xx; SMT-E5015) AppleWebKit/536.25 AltiBrowser/3.0.4 (Large Screen) Safari/536.25",
  "DLNADOC/1.50 SHARP-AQUOS-DMP/2.0W",
  "Opera/9.80 (Linux armv6l; U; en) Presto/2.8.115 Version/11.10 AQUOS-AS/1.0 LC-40LE835X",
  "Opera/9.80 (Linux armv6l; (SonyBDP/BDV13)) Presto/2.12.362 Version/12.11",
  "Mozilla/5.0 Linux; Android 7.1.2; R-TV BOX X99.02.00.d32 Build/NHG47K; wv AppleWebKit/537.36 Safari/537.36",
  android("Skyworth 8K55 E680"),
  // Fire TV, Google TV, Android TV, Apple TV, Roku, Chromecast.
  "Amazon;AFTTI43;756a522d9f1648b89e76e80be654456a;;tpapi;3.202.356",
  "smarttv_AFTKA_Build_0017381305986_Chromium_88.0.4324.152",
  `Mozilla/5.0 (Linux; Android 9; AFT6E0FA Build/PS7661; wv) ${WEBVIEW} Mobile Safari/537.36`,
  `Mozilla/5.0 (Linux; Android 11; AFTKRT Build/RS8101; wv) ${WEBVIEW} Mobile Safari/537.36 cordova-amazon-fireos/3.4.0`,
  "Dalvik/2.1.0 (Linux; U; Android 7.1.2; AFTS Build/NS6265)",
  "Gibbon/2020.2.2.0/2020.2.2.0: Netflix/2020.2.2.0 (DEVTYPE=NFANDROID2-PRV-FIRETVSTICK2018; CERTVER=0)",
  android("Google TV Streamer", " Build/UTTK.240525.001"),
  "com.google.android.youtube.tv/4.30 (Linux; U; Android 14; en_US; Google TV Streamer Build/UTTK)",
  "com.stream.app/8.3.1 (Linux; Android 12; Chromecast HD)",
  android("SHIELD Android TV"),
  android("CAIXUN AndroidTV"),
  `Mozilla/5.0 (Linux; Android 9; BeyondTV2) ${CHROME} Mobile Safari/537.36`,
  "AppleTV14,1/16.1",
  "StreamApp/5.1 (Apple TV; tvOS 17.4; AppleTV11,1)",
  "StreamApp/410 CFNetwork/1492 tvOS/17.4",
  "Roku/DVP-14.5 (14.5.4.5934-46)",
  "RokuOS/9.4.0.4200, Ignition X/11.8.2021022414, Roku",
  "Mozilla/5.0 (Linux; Android) AppleWebKit/537.36 Chrome/114.0 Safari/537.36 CrKey/1.56.500000 DeviceType/AndroidTV",
  // Boxes, televisions without a platform of their own, projectors, signs.
  android("KM9_TV_BOX"),
  android("MyGica Quad core Enjoy tv box"),
  android("Rombica Smart Box D1"),
  android("4KTV"),
  android("TV-Impact", " Build/TV-Impact-pro"),
  `Mozilla/5.0 (Linux; Android 10; FRESH SMART TV Build/QTG3; wv) ${WEBVIEW} Mobile Safari/537.36`,
  `Mozilla/5.0 (Linux; Android 9; haierATVnippori Build/PTO3; wv) ${WEBVIEW} Mobile Safari/537.36`,
  `Mozilla/5.0 (Linux; Android 13; N50HQ2305SVF Build/TP1A) ${CHROME} YaBrowser/22.8.0.15 (lite) Safari/537.36 TV`,
  "Dalvik/2.1.0 (Linux; U; Android 10; TIMVISIONBOX Build/QTG1.230219.001)",
  "Linux; U; Android 10; pt_PT; MEO TV Box 4K (DIW3930); Build/QTG1.230301.001; Cronet/114.0.5735.33",
  "Kodi/19.3 (Linux; Android 12.0; Dynalink TV Box Build/SC) Android/12.0.0 Sys_CPU/armv8l",
  "TV Bro/1.0 Mozilla/5.0 (Linux; Android 9; VOL001 Build/PI; wv) AppleWebKit/537.36 Safari/537.36",
  "Mozilla/5.0 (Linux; U; Android 5.1.1; MiTV4 Build/LMY47V) AppleWebKit/537.36 Mobile Safari/537.36",
  android("MIBOX4"),
  android("OnePlus TV 55Y1"),
  android("Nokia Streaming Box 8000"),
  android("DEXP Shell PT320AT01-5"),
  android("ADT-3"),
  "LGTV/4.0",
  "StreamApp/2.0 (LG; webOS 5.0; 55NANO)",
  "StreamApp/2.0 (Samsung; Tizen 5.5; QE55Q70)",
  "Mozilla/5.0 (X11; Linux aarch64) AppleWebKit/537.36 Chrome/94 Safari/537.36 LGE/webOS",
  android("XGIMI TV"),
  "BrightSign/9.0.109 (LS445) Mozilla/5.0 (X11; Linux aarch64) AppleWebKit/537.36 QtWebEngine/5.15.2 Safari/537.36",
  "Mozilla/5.0 (QtEmbedded; U; Linux; C) AppleWebKit/533.3 (KHTML, like Gecko) MAG200 stbapp ver: 4 rev: 2721",
  "Mozilla/5.0 (X11; Linux armv7l) AppleWebKit/537.36 Safari/537.36 SkyQ_STB/1.0",
  "Mozilla/5.0 (Linux; Freebox Player) AppleWebKit/602.1 Safari/602.1",
  "Mozilla/5.0 (Linux; Xumo) AppleWebKit/537.36 Safari/537.36",
  "Mozilla/3.0 WebTV/1.2 (compatible; MSIE 2.0)",
  "Mozilla/5.0 (X11; Linux aarch64; Sky_STB_ES340_2020) AppleWebKit/605.1.15 (KHTML, like Gecko) WPE",
  "Mozilla/5.0 (Linux; x86_64 GNU/Linux) AppleWebKit/601.1 (KHTML, like Gecko) Version/8.0 WPE Sky_OTT_IP061",
  "Mozilla/5.0 (Linux; x86_64) Cobalt/23.lts.4 (unlike Gecko) v8/8.8 gles Starboard/14, Acme_OTT_Xi6_2021/2.0 (Acme, X1)",
  "DLNADOC/1.50 SEC_HHP_[TV]UE46/1.0",
  // Consoles.
  "Mozilla/5.0 (PLAYSTATION 3 4.46) AppleWebKit/531.22.8 (KHTML, like Gecko)",
  "Mozilla/5.0 (PlayStation; PlayStation 5/6.50) AppleWebKit/605.1.15 (KHTML, like Gecko)",
  "streamapp/2.1 (ps5; 8.00)",
  `Mozilla/5.0 (Windows NT 10.0; Win64; x64; XBOX_ONE_ED) ${CHROME} Safari/537.36 Edge/18.19041`,
  "Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.2; Trident/6.0; Xbox; Xbox One)",
  "Mozilla/5.0 (Nintendo Switch; WifiWebAuthApplet) AppleWebKit/609.4 NF/6.0.2.22.5 NintendoBrowser/5.1.0.23519",
];

test.each(TELEVISIONS)("%s is a television, and no robot", (agent) => {
  expect([readDevice(agent).value, isRobotAgent(agent)]).toEqual(["tv", false]);
});

test.each([
  [`Mozilla/5.0 (Linux; Android 7.0; LG-K10 DTV) ${CHROME} Mobile Safari/537.36`, "mobile"],
  [`Mozilla/5.0 (Linux; Android 8.1; MS50L DTV Build/O11019) ${CHROME} Mobile Safari/537.36`, "mobile"],
  [`Mozilla/5.0 (Linux; Android 6.0; LG-K430TV) ${CHROME} Mobile Safari/537.36`, "mobile"],
  [`Mozilla/5.0 (Linux; Android 9; SM-J400M) ${CHROME} Mobile Safari/537.36`, "mobile"],
  ["SkyTV/3.1 (Linux; Android 14; Pixel 8)", "mobile"],
  ["Roku/10.2 (Android 13; SM-S921B)", "mobile"],
  ["Roku/10.2 (Android 13; 22101316G)", "mobile"],
  ["Mozilla/5.0 (Linux; Tizen 4.0; SAMSUNG Family Hub 4.0) AppleWebKit/537.36 Safari/537.36", "desktop"],
  ["Mozilla/5.0 (hp-tablet; Linux; hpwOS/3.0.5; U; en-US) AppleWebKit/534.6 TouchPad/1.0", "desktop"],
  ["MyTV/3.1 (iPhone; iOS 17.4; Scale/3.00)", "mobile"],
  ["MyTV/3.1 (iPad; iOS 17.4; Scale/2.00)", "tablet"],
  [`Mozilla/5.0 (Linux; Android 4.0.4; BNTV400 Build/IMM76L) ${CHROME} Safari/537.36`, "tablet"],
  [`Mozilla/5.0 (Linux; Android 8.0; CUBOT_X18) ${CHROME} Mobile Safari/537.36`, "mobile"],
  [
    "ZhihuHybrid DefaultBrowser Mozilla/5.0 (Linux; Android 8.0.0; MI 6) Chrome/74.0 Mobile Safari/537.36",
    "mobile",
  ],
  ["Mozilla/5.0 (PlayStation Vita 3.01) AppleWebKit/536.26 (KHTML, like Gecko) Silk/3.2", "mobile"],
  ["Mozilla/5.0 (Nintendo 3DS; U; ; en) Version/1.7498.EU", "mobile"],
  [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${CHROME} Safari/537.36 TVApp/1.0`, "desktop"],
  [`Mozilla/5.0 (X11; Linux x86_64) ${CHROME} Safari/537.36`, "desktop"],
  ["br.com.globo.globoplay/7.1 (Android 13; moto g52)", "mobile"],
])("%s is no television but %s, and a person's", (agent, device) => {
  expect([readDevice(agent).value, isRobotAgent(agent)]).toEqual([device, false]);
});

test.each([
  "Mozilla/5.0 (SMART-TV; LINUX; Tizen 6.0) AppleWebKit/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
  "Mozilla/5.0 (Linux; Android 12; Google TV) AppleWebKit/537.36 HeadlessChrome/120.0 Safari/537.36",
  "Roku/DVP-12.0 (compatible; SomeCrawler; https://crawler.example)",
  "HbbTV/1.6.1 (+DRM; Vestel) UptimeMonitor/2.0",
])("%s is a robot, whatever it claims to be", (agent) => {
  expect([readDevice(agent).value, isRobotAgent(agent)]).toEqual(["other", true]);
});

test("a model that User-Agent hides is read from the hint", () => {
  const reduced = `Mozilla/5.0 (Linux; Android 10; K) ${CHROME} Safari/537.36`;
  expect(
    readDevice(
      reduced,
      () => "?0",
      () => '"BRAVIA 4K VH2"',
    ),
  ).toEqual({
    value: "tv",
    source: "header Sec-CH-UA-Model",
  });
  expect(
    readDevice(
      reduced,
      () => "?0",
      () => '"SM-X700"',
    ).value,
  ).toBe("tablet");
  expect(
    readDevice(
      reduced,
      () => "?0",
      () => '""',
    ).value,
  ).toBe("tablet");
  expect(
    readDevice(
      android("Pixel 8"),
      () => "?0",
      () => '"BRAVIA"',
    ).value,
  ).toBe("tablet");
});

// An expression that backtracks would need hours, and the test would never end.
test.each(["tv", "android;", "a", "box ", "AFTA", "smart-", "(", " ", "bot", "_TV"])(
  "reads a million times %j without backtracking",
  (part) => {
    const agent = `Mozilla/5.0 (Linux; Android 9; ${part.repeat(1_000_000)}`;
    expect(["tv", "tablet", "other", "mobile"]).toContain(readDevice(agent).value);
    expect(typeof isRobotAgent(agent.slice(0, 20_000))).toBe("boolean");
  },
);
